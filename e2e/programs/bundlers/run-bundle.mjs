import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const { startPlane } = await import(process.env.PLANE_MODULE);

/** Runs a bundle where none of its packages can be found; it has to connect over a socket and count one call. */
export async function runBundle(folder, file) {
  const away = mkdtempSync(join(tmpdir(), 'recloser-bundle-'));
  cpSync(folder, away, { recursive: true });
  const plane = await startPlane();
  const env = { ...process.env, RECLOSER_URL: plane.url };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(away, file)], {
    env,
  });
  assert.equal(stderr, '');
  assert.deepEqual(JSON.parse(stdout), { ready: true, polling: false, flushed: true });
  assert.equal(plane.calls, 1);
  await plane.close();
  rmSync(away, { recursive: true });
}

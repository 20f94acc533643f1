// Deno: connects over a socket, times out, and counts.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';

const { startPlane } = await import(process.env.PLANE_MODULE);

const plane = await startPlane();
const require = createRequire(import.meta.url);
const deno = require.resolve('deno-runtime/bin.cjs');
const { stdout } = await promisify(execFile)(
  process.execPath,
  [deno, 'run', '--allow-all', '--node-modules-dir=manual', '--no-lock', 'app.mjs'],
  { env: { ...process.env, RECLOSER_URL: plane.url } },
);
assert.deepEqual(JSON.parse(stdout), {
  ready: true,
  polling: false,
  result: 'charged',
  timedOut: true,
  flushed: true,
});
// The one that timed out is not blamed on anybody if this machine was busy.
assert.ok(plane.calls >= 1);
await plane.close();

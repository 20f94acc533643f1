import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const { startPlane } = await import(process.env.PLANE_MODULE);

/** Runs the application: it has to connect over a socket, to time out, and to count. */
export async function runRuntime(command, args) {
  const plane = await startPlane();
  const { stdout } = await promisify(execFile)(command, [...args, 'app.mjs', plane.url]);
  assert.deepEqual(JSON.parse(stdout), {
    ready: true,
    polling: false,
    result: 'charged',
    timedOut: true,
    flushed: true,
    refused: { ready: false, result: 'charged' },
    body: 'instead',
    left: 'gone',
    items: 5,
  });
  // The one that timed out is not blamed on anybody if this machine was busy.
  assert.ok(plane.calls >= 1);
  await plane.close();
}

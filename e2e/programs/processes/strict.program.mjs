// Node with flags that take something away or make it throw: the SDK connects, counts, turns away and times out as ever.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const { startPlane } = await import(process.env.PLANE_MODULE);

const WORK = `
import { isCallTimeout, isCircuitOpen, Recloser } from '@recloser/sdk';
const recloser = new Recloser({ force: { down: 'open' } });
const errorOf = (call) => call.catch((error) => error);
const ready = await recloser.ready();
const hang = (signal) => new Promise(() => signal);
console.log(JSON.stringify({
  ready,
  result: await recloser.breaker('stripe').protect(async () => 'charged'),
  timedOut: isCallTimeout(await errorOf(recloser.breaker('late', { timeoutMs: 50 }).protect(hang))),
  turnedAway: isCircuitOpen(await errorOf(recloser.breaker('down').protect(hang))),
  flushed: await recloser.flush({ timeoutMs: 10_000 }),
}));
await recloser.close();
`;
const expected = {
  ready: true,
  result: 'charged',
  timedOut: true,
  turnedAway: true,
  flushed: true,
};

for (const flags of [
  ['--frozen-intrinsics'],
  ['--disable-proto=throw'],
  ['--disallow-code-generation-from-strings'],
  ['--throw-deprecation', '--pending-deprecation'],
  ['--unhandled-rejections=strict'],
  ['--stack-trace-limit=0'],
  ['--no-experimental-fetch'],
]) {
  const plane = await startPlane();
  const args = [...flags, '--input-type=module', '--eval', WORK];
  const env = { ...process.env, RECLOSER_URL: plane.url };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  assert.deepEqual(JSON.parse(stdout), expected, flags.join(' '));
  await plane.close();
}

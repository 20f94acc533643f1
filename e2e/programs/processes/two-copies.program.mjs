// The ES module and the CommonJS copy of the package in one process: both connect, each with errors that the other knows.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import * as esm from '@recloser/sdk';

const { startPlane } = await import(process.env.PLANE_MODULE);

const cjs = createRequire(import.meta.url)('@recloser/sdk');
assert.notEqual(esm.Recloser, cjs.Recloser);
const plane = await startPlane();
for (const [own, other] of [
  [esm, cjs],
  [cjs, esm],
]) {
  const recloser = new own.Recloser({ url: plane.url, force: { down: 'open' } });
  assert.ok(await recloser.ready());
  await recloser.breaker('stripe').protect(async () => 'charged');
  const error = await recloser
    .breaker('down')
    .protect(async () => 'charged')
    .catch((each) => each);
  assert.ok(other.isCircuitOpen(error));
  assert.ok(await recloser.flush({ timeoutMs: 10_000 }));
  await recloser.close();
}
assert.equal(plane.calls, 2);
assert.equal(new Set(plane.hellos.map(({ id }) => id)).size, 2);
await plane.close();

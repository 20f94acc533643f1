// The global fetch: what may be sent twice, how long a retry waits, streams, and a first item that takes its time.
import assert from 'node:assert/strict';
import { Recloser } from '@recloser/sdk';
import { protectFetch } from '@recloser/sdk/fetch';
import { protectStream } from '@recloser/sdk/stream';
import { startDependency } from './dependency.mjs';

const dependency = await startDependency();
const { url, bodies } = dependency;
const recloser = new Recloser({ connect: false });
const send = protectFetch(recloser, {
  breaker: 'fetch',
  policy: { minCalls: 1_000 },
  retry: { maxRetries: 2, baseMs: 1, maxMs: 1_500 },
});
const statsOf = (key) => recloser.stats().find(({ breaker }) => breaker === key);
let calls = 0;

/** Sends a request that fails, and says which bodies arrived. */
async function arrived(input, init) {
  bodies.length = 0;
  const response = await send(input, init);
  assert.equal(response.status, 503);
  await response.text();
  calls += bodies.length;
  assert.equal(statsOf('fetch').failures, calls, 'each request is counted once');
  // Retries take from what earlier calls have earned.
  for (let call = 0; call < 40; call += 1) await recloser.breaker('fetch').protect(() => call);
  return bodies;
}
async function* parts() {
  yield Buffer.from('part');
}
const put = { method: 'PUT', body: 'text' };
const form = new FormData();
form.append('file', new Blob(['content']));

assert.deepEqual(await arrived(`${url}/503`), ['', '', '']);
assert.deepEqual(await arrived(`${url}/503`, put), ['text', 'text', 'text']);
assert.deepEqual(await arrived(`${url}/503`, { method: 'POST', body: 'text' }), ['text']);
const headers = { 'idempotency-key': 'k1' };
assert.equal((await arrived(`${url}/503`, { method: 'POST', body: 'text', headers })).length, 3);
assert.equal((await arrived(`${url}/503`, { method: 'PUT', body: form })).length, 3);
// Whatever is gone once it was sent is sent once.
const once = [
  { ...put, body: parts(), duplex: 'half' },
  { ...put, body: new Blob(['part']).stream(), duplex: 'half' },
];
for (const init of once) assert.deepEqual(await arrived(`${url}/503`, init), ['part']);
const request = new Request(`${url}/503`, put);
assert.deepEqual(await arrived(request), ['text']);
// A request that was sent before is not sent at all, and nobody is blamed.
await assert.rejects(send(request), TypeError);
assert.equal(statsOf('fetch').failures, calls);

// Retry-After: waited for where it is short, and else the answer is given at once.
const start = performance.now();
assert.equal((await send(`${url}/429?after=1`)).status, 429);
assert.ok(performance.now() - start >= 1_900, 'two more attempts, a second apart');
const refused = performance.now();
assert.equal((await send(`${url}/503?after=30`)).status, 503);
assert.ok(performance.now() - refused < 10_000);

// A body read as a stream, counted at its end.
const stream = protectStream(recloser.breaker('stream'), async (signal) => {
  const response = await fetch(`${url}/200`, { signal });
  return response.body;
});
let bytes = 0;
for await (const chunk of stream) bytes += chunk.length;
assert.equal(bytes, 100);
assert.equal(statsOf('stream').ok, 1);

await recloser.close();
dependency.close();

// undici's fetch and request through a breaker: what answers is there, whatever it answers; what does not has failed.
import assert from 'node:assert/strict';
import { Recloser } from '@recloser/sdk';
import { protectFetch } from '@recloser/sdk/fetch';
import { Agent, fetch, request } from 'undici';
import { failureOf, startDependency } from './dependency.mjs';

const dependency = await startDependency(100_000);
const { url } = dependency;
const dispatcher = new Agent({ connections: 1 });
const recloser = new Recloser({ connect: false });
const statsOf = (key) => recloser.stats().find(({ breaker }) => breaker === key);

// 404s are answers.
const send = protectFetch(recloser, { fetch, breaker: 'fetch' });
for (let call = 0; call < 20; call += 1) {
  const response = await send(`${url}/404`, { dispatcher });
  assert.equal(response.status, 404);
  await response.text();
}
assert.equal(statsOf('fetch').ok, 20);
assert.equal(statsOf('fetch').state, 'closed');

// A fallback frees the connection of what it stands in for: the only one there is.
const instead = protectFetch(recloser, {
  fetch,
  breaker: 'instead',
  policy: { minCalls: 1_000 },
  fallback: () => new Response('instead'),
});
for (let call = 0; call < 10; call += 1) {
  const response = await instead(`${url}/503`, { dispatcher });
  assert.equal(await response.text(), 'instead');
}
assert.equal(statsOf('instead').failures, 10);

// Whoever leaves says nothing about the dependency.
for (const reason of [undefined, 'unmounted', new Error('gone')]) {
  const caller = new AbortController();
  const call = failureOf(send(`${url}/hang`, { dispatcher, signal: caller.signal }));
  caller.abort(reason);
  assert.equal(await call, caller.signal.reason);
}
assert.equal(statsOf('fetch').failures, 0);
assert.equal(statsOf('fetch').cancelled, 3);

// `request` resolves whatever the status is.
const raw = recloser.breaker('request');
for (const status of [200, 404, 429, 503]) {
  const { body } = await raw.protect(() => request(`${url}/${status}`, { dispatcher }));
  await body.dump();
}
assert.equal(statsOf('request').ok, 2);
assert.equal(statsOf('request').throttled, 1);
assert.equal(statsOf('request').failures, 1);
const late = failureOf(
  raw.protect(() => request(`${url}/hang`, { dispatcher, headersTimeout: 500 })),
);
assert.equal((await late).code, 'UND_ERR_HEADERS_TIMEOUT');
assert.equal(statsOf('request').timeouts, 1);

await recloser.close();
await dispatcher.destroy();
dependency.close();

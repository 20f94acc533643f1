// got throws for statuses, with the response inside; with `throwHttpErrors: false` it gives the response.
import assert from 'node:assert/strict';
import { Recloser } from '@recloser/sdk';
import got from 'got';
import { failureOf, startDependency } from './dependency.mjs';

const dependency = await startDependency();
const { url } = dependency;
const recloser = new Recloser({ connect: false });
const breaker = recloser.breaker('got', { policy: { minCalls: 1_000 } });
const retry = { limit: 0 };

for (let call = 0; call < 20; call += 1) {
  const error = await failureOf(breaker.protect(() => got(`${url}/404`, { retry })));
  assert.equal(error.response.statusCode, 404);
}
assert.equal(breaker.stats().ok, 20);
await failureOf(breaker.protect(() => got(`${url}/429`, { retry })));
assert.equal(breaker.stats().throttled, 1);
await failureOf(breaker.protect(() => got(`${url}/503`, { retry })));
assert.equal(breaker.stats().failures, 1);

// As results.
for (const status of [404, 429, 503]) {
  await breaker.protect(() => got(`${url}/${status}`, { retry, throwHttpErrors: false }));
}
assert.equal(breaker.stats().ok, 21);
assert.equal(breaker.stats().throttled, 2);
assert.equal(breaker.stats().failures, 2);

// Wrapped by the code that calls it.
const wrapped = async () => {
  try {
    return await got(`${url}/404`, { retry });
  } catch (error) {
    throw new Error('The order could not be looked up', { cause: error });
  }
};
await failureOf(breaker.protect(wrapped));
assert.equal(breaker.stats().ok, 22);

const timeout = { response: 300 };
const late = await failureOf(breaker.protect(() => got(`${url}/hang`, { retry, timeout })));
assert.equal(late.name, 'TimeoutError');
assert.equal(breaker.stats().timeouts, 1);

const caller = new AbortController();
const call = failureOf(
  breaker.protect((signal) => got(`${url}/hang`, { retry, signal }), undefined, {
    signal: caller.signal,
  }),
);
caller.abort('unmounted');
await call;
assert.equal(breaker.stats().cancelled, 1);
assert.equal(breaker.stats().failures, 3);

await recloser.close();
dependency.close();

// axios by itself, and with breakers in front of an instance.
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { Recloser } from '@recloser/sdk';
import { protectAxios } from '@recloser/sdk/axios';
import axios from 'axios';
import { failureOf, startDependency } from './dependency.mjs';

const dependency = await startDependency(100_000);
const { url, bodies } = dependency;
const recloser = new Recloser({ connect: false });
const policy = { minCalls: 1_000 };
const breaker = recloser.breaker('axios', { policy });
const statsOf = (key) => recloser.stats().find(({ breaker: name }) => name === key);

for (let call = 0; call < 20; call += 1) {
  await failureOf(breaker.protect(() => axios.get(`${url}/404`)));
}
await failureOf(breaker.protect(() => axios.get(`${url}/503`)));
await breaker.protect(() => axios.get(`${url}/503`, { validateStatus: () => true }));
await failureOf(breaker.protect(() => axios.get(`${url}/hang`, { timeout: 300 })));
assert.equal(statsOf('axios').ok, 20);
assert.equal(statsOf('axios').failures, 3);
assert.equal(statsOf('axios').timeouts, 1);
// A plain abort(), of which axios makes an error of its own.
const leaving = new AbortController();
const left = failureOf(
  breaker.protect((signal) => axios.get(`${url}/hang`, { signal }), undefined, {
    signal: leaving.signal,
  }),
);
leaving.abort();
assert.equal((await left).code, 'ERR_CANCELED');
assert.equal(statsOf('axios').cancelled, 1);

const http = axios.create({ baseURL: url });
const retry = { maxRetries: 2, baseMs: 1 };
const remove = protectAxios(http, recloser, { breaker: 'inner', policy, retry });
const removeOuter = protectAxios(http, recloser, { breaker: 'outer', policy });
await failureOf(http.get('/503'));
assert.equal(statsOf('inner').failures, 3);
bodies.length = 0;
await failureOf(http.post('/503', 'text'));
await failureOf(http.put('/503', Readable.from(['part'])));
assert.deepEqual(bodies, ['text', 'part'], 'what cannot be sent twice is not');
for (const reason of [undefined, 'unmounted', new Error('gone')]) {
  const caller = new AbortController();
  const call = failureOf(http.get('/hang', { signal: caller.signal }));
  caller.abort(reason);
  assert.ok(axios.isCancel(await call));
}
assert.equal(statsOf('inner').failures, 5);
assert.equal(statsOf('inner').cancelled, 3);
assert.equal(statsOf('outer').cancelled, 3);
// The one beneath is taken away, and the other stays; then both are gone.
remove();
await failureOf(http.get('/503'));
assert.equal(statsOf('inner').failures, 5);
assert.equal(statsOf('outer').failures, 4);
removeOuter();
await failureOf(http.get('/503'));
assert.equal(statsOf('outer').failures, 4);

// Bodies of failed streams that a fallback stands in for.
const streaming = recloser.breaker('streaming', { policy, fallback: 'instead' });
const response = {};
const fetchStream = async () => {
  try {
    return await axios.get(`${url}/503`, { responseType: 'stream' });
  } catch (error) {
    response.data = error.response.data;
    throw error;
  }
};
assert.equal(await streaming.protect(fetchStream), 'instead');
assert.ok(response.data.destroyed);

await recloser.close();
dependency.close();

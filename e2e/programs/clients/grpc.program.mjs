// @grpc/grpc-js: codes instead of statuses, and streams that are counted at their end.
import assert from 'node:assert/strict';
import { promisify } from 'node:util';
import { Client, Server, ServerCredentials, credentials, status } from '@grpc/grpc-js';
import { Recloser } from '@recloser/sdk';
import { protectStream } from '@recloser/sdk/stream';
import { failureOf } from './dependency.mjs';

const text = { serialize: (value) => Buffer.from(value), deserialize: (bytes) => `${bytes}` };
const method = (path, responseStream) => ({
  path,
  requestStream: false,
  responseStream,
  requestSerialize: text.serialize,
  requestDeserialize: text.deserialize,
  responseSerialize: text.serialize,
  responseDeserialize: text.deserialize,
});
const methods = { ask: method('/test/ask', false), list: method('/test/list', true) };

const server = new Server();
server.addService(methods, {
  ask: ({ request }, done) => {
    if (request === 'hang') return;
    const code = Number(request);
    done(code === 0 ? null : { code, details: 'told' }, 'answer');
  },
  list: (call) => {
    for (let item = 0; item < 3; item += 1) call.write(`item ${item}`);
    if (call.request === 'ok') call.end();
    else call.emit('error', { code: status.UNAVAILABLE, details: 'told' });
  },
});
const port = await promisify(server.bindAsync.bind(server))(
  '127.0.0.1:0',
  ServerCredentials.createInsecure(),
);
const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
const ask = (request, signal, options = {}) =>
  new Promise((resolve, reject) => {
    const { path } = methods.ask;
    const call = client.makeUnaryRequest(
      path,
      text.serialize,
      text.deserialize,
      request,
      options,
      (error, answer) => (error ? reject(error) : resolve(answer)),
    );
    signal?.addEventListener('abort', () => call.cancel());
  });

const recloser = new Recloser({ connect: false });
const breaker = recloser.breaker('grpc', { policy: { minCalls: 1_000 } });
assert.equal(await breaker.protect(() => ask('0')), 'answer');
const answers = ['NOT_FOUND', 'INVALID_ARGUMENT', 'PERMISSION_DENIED', 'FAILED_PRECONDITION'];
for (const name of answers) {
  const error = await failureOf(breaker.protect(() => ask(`${status[name]}`)));
  assert.equal(error.code, status[name]);
}
assert.equal(breaker.stats().ok, 5);
await failureOf(breaker.protect(() => ask(`${status.RESOURCE_EXHAUSTED}`)));
assert.equal(breaker.stats().throttled, 1);
for (const name of ['UNAVAILABLE', 'INTERNAL', 'UNKNOWN']) {
  await failureOf(breaker.protect(() => ask(`${status[name]}`)));
}
assert.equal(breaker.stats().failures, 3);
const deadline = Date.now() + 500;
const late = await failureOf(breaker.protect(() => ask('hang', undefined, { deadline })));
assert.equal(late.code, status.DEADLINE_EXCEEDED);
assert.equal(breaker.stats().timeouts, 1);
const caller = new AbortController();
const left = failureOf(
  breaker.protect((signal) => ask('hang', signal), undefined, { signal: caller.signal }),
);
caller.abort('unmounted');
assert.equal((await left).code, status.CANCELLED);
assert.equal(breaker.stats().cancelled, 1);

const streams = recloser.breaker('grpc-streams');
const list = (request) =>
  protectStream(streams, () => {
    const { path } = methods.list;
    return client.makeServerStreamRequest(path, text.serialize, text.deserialize, request);
  });
const items = [];
for await (const item of list('ok')) items.push(item);
assert.deepEqual(items, ['item 0', 'item 1', 'item 2']);
await failureOf(
  (async () => {
    for await (const item of list('break')) items.push(item);
  })(),
);
assert.equal(streams.stats().ok, 1);
assert.equal(streams.stats().failures, 1);

await recloser.close();
client.close();
server.forceShutdown();

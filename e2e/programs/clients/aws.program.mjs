// The AWS SDK v3 against a stub of DynamoDB: statuses stand in `$metadata`, and too many requests are a 400.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { Recloser } from '@recloser/sdk';
import { failureOf } from './dependency.mjs';

let answer = { status: 200, body: {} };
const server = createServer((request, response) => {
  request.resume();
  if (answer === null) return;
  response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify(answer.body));
}).listen(0, '127.0.0.1');
await once(server, 'listening');

const client = new DynamoDBClient({
  region: 'eu-central-1',
  endpoint: `http://127.0.0.1:${server.address().port}`,
  credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
  maxAttempts: 1,
  requestHandler: { requestTimeout: 1_000, throwOnRequestTimeout: true },
});
const recloser = new Recloser({ connect: false });
const breaker = recloser.breaker('dynamodb', { policy: { minCalls: 1_000 } });
const get = (signal) =>
  client.send(new GetItemCommand({ TableName: 'orders', Key: { id: { S: '1' } } }), {
    abortSignal: signal,
  });
const failAs = (status, type) => {
  answer = { status, body: { __type: `com.amazonaws.dynamodb.v20120810#${type}` } };
  return failureOf(breaker.protect(get));
};

await breaker.protect(get);
for (let call = 0; call < 20; call += 1) {
  const error = await failAs(400, 'ResourceNotFoundException');
  assert.equal(error.$metadata.httpStatusCode, 400);
}
assert.equal(breaker.stats().ok, 21);
await failAs(400, 'ProvisionedThroughputExceededException');
await failAs(400, 'ThrottlingException');
assert.equal(breaker.stats().throttled, 2);
await failAs(500, 'InternalServerError');
assert.equal(breaker.stats().failures, 1);

answer = null;
const caller = new AbortController();
const left = failureOf(breaker.protect(get, undefined, { signal: caller.signal }));
caller.abort('unmounted');
await left;
assert.equal(breaker.stats().cancelled, 1);
const late = await failureOf(breaker.protect(() => get()));
assert.equal(late.name, 'TimeoutError');
assert.equal(breaker.stats().timeouts, 1);

await recloser.close();
client.destroy();
server.closeAllConnections();
server.close();

// undici's fetch and request through a breaker: what answers is there, whatever it answers; what does not has failed.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Recloser } from '@recloser/sdk';
import { protectFetch } from '@recloser/sdk/fetch';
import { Agent, fetch } from 'undici';

const server = createServer((request, response) => {
  response.statusCode = Number(request.url.slice(1));
  response.end('x'.repeat(100_000));
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${server.address().port}`;
const dispatcher = new Agent({ connections: 1 });

const recloser = new Recloser({ connect: false });
const send = protectFetch(recloser, { fetch, breaker: 'fetch' });
for (let call = 0; call < 20; call += 1) {
  const response = await send(`${url}/404`, { dispatcher });
  assert.equal(response.status, 404);
  await response.text();
}
const [stats] = recloser.stats();
assert.equal(stats.ok, 20);
assert.equal(stats.state, 'closed');

await recloser.close();
await dispatcher.close();
server.close();

import { once } from 'node:events';
import { createServer } from 'node:http';
import process from 'node:process';
import { isCallTimeout, Recloser } from '@recloser/sdk';
import { protectFetch } from '@recloser/sdk/fetch';
import { protectStream } from '@recloser/sdk/stream';

const recloser = new Recloser({ url: process.argv[2], service: 'runtime' });
const ready = await recloser.ready();
const breaker = recloser.breaker('stripe', { timeoutMs: 100 });
const result = await breaker.protect(async () => 'charged');
const error = await breaker.protect(() => new Promise(() => undefined)).catch((each) => each);
const flushed = await recloser.flush({ timeoutMs: 10_000 });
const { polling } = recloser.status();

// A dependency, which as a control plane refuses sockets and answers no poll with a state.
const server = createServer((request, response) => {
  request.resume();
  if (request.url === '/hang') return;
  response.statusCode = request.url === '/200' ? 200 : 503;
  response.end('12345');
});
server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 404 Not Found\r\n\r\n'));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${server.address().port}`;

const alone = new Recloser({ url });
alone.on('error', () => undefined);
const refused = {
  ready: await alone.ready({ timeoutMs: 2_500 }),
  result: await alone.breaker('stripe').protect(async () => 'charged'),
};
await alone.close({ timeoutMs: 100 });

const send = protectFetch(recloser, { breaker: 'shop', fallback: () => new Response('instead') });
const body = await (await send(`${url}/503`)).text();
const caller = new AbortController();
const leaving = send(`${url}/hang`, { signal: caller.signal }).catch((reason) => reason);
caller.abort('gone');
const left = await leaving;
let items = 0;
const open = async (signal) => (await fetch(`${url}/200`, { signal })).body;
for await (const chunk of protectStream(recloser.breaker('stream'), open)) items += chunk.length;

await recloser.close();
process.stdout.write(
  JSON.stringify({
    ready,
    polling,
    result,
    timedOut: isCallTimeout(error),
    flushed,
    refused,
    body,
    left,
    items,
  }),
);
process.exit();

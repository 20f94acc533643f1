// A process that has done its work ends, whatever its control plane does: accepts and never answers, answers no poll, is
// not there, or is well.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import * as net from 'node:net';

const { startPlane } = await import(process.env.PLANE_MODULE);

const WORK = `
import { Recloser } from '@recloser/sdk';
const breaker = new Recloser().breaker('stripe', { timeoutMs: 1000 });
await breaker.protect(async () => 'charged');
// The connection has begun, and is waited for by nobody.
await new Promise((resolve) => setTimeout(resolve, 1500));
`;

async function livesFor(url, env = {}) {
  const args = ['--input-type=module', '--eval', WORK];
  const start = performance.now();
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env, RECLOSER_URL: url },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const [code] = await once(child, 'close');
  assert.equal(code, 0);
  return performance.now() - start;
}

const silent = net.createServer(() => undefined).listen(0, '127.0.0.1');
const deaf = createServer((request, response) => {
  // Knows no sockets, and never answers a poll.
  if (request.headers.upgrade !== undefined) response.writeHead(404).end();
}).listen(0, '127.0.0.1');
deaf.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 404 Not Found\r\n\r\n'));
await Promise.all([once(silent, 'listening'), once(deaf, 'listening')]);
const plane = await startPlane();

const urlOf = (server) => `ws://127.0.0.1:${server.address().port}`;
const lives = {
  usual: await livesFor(plane.url),
  silent: await livesFor(urlOf(silent)),
  silentProxy: await livesFor(plane.url, { RECLOSER_PROXY: urlOf(silent).replace('ws', 'http') }),
  deaf: await livesFor(urlOf(deaf)),
  nobody: await livesFor('ws://127.0.0.1:1'),
};
console.log(lives);
// All but the usual one waited for an answer; a machine under load is given twice the time.
for (const [name, ms] of Object.entries(lives)) {
  assert.ok(ms < 2 * lives.usual + 2_000, `${name} lives for ${Math.round(ms)} ms`);
}
silent.close();
deaf.closeAllConnections();
deaf.close();
await plane.close();
process.exit();

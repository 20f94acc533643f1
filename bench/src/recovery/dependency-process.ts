/** A dependency that dies and comes back, with its cache or without: an HTTP server in a process of its own, told over IPC. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DEPENDENCY, LOAD } from './messages.js';
import { WorkerPool } from './worker-pool.js';

const TICK_MS = 5;

let death: 'errors' | 'hang' | null = null;
let cache = new Set(Array.from({ length: LOAD.accounts }, (_, i) => `account-${i}`));
let pool = new WorkerPool(DEPENDENCY.workers, DEPENDENCY.queue);

function refuse(response: ServerResponse): void {
  response.writeHead(503).end();
}

const server = createServer((request, response) => {
  request.resume();
  const account = String(request.headers['x-account']);
  const at = performance.now();
  const costMs = (): number => (cache.has(account) ? DEPENDENCY.hitMs : DEPENDENCY.missMs);
  const done = (): void => {
    if (response.destroyed) return;
    cache.add(account);
    response.end('{}');
  };
  // Who hangs up gets no answer later either.
  if (death === 'hang') return;
  if (death === 'errors' || !pool.offer({ at, costMs, done })) refuse(response);
  else pool.advance(at);
});
server.keepAliveTimeout = 30_000;
setInterval(() => pool.advance(performance.now()), TICK_MS);

process.on('message', ({ mode }: { readonly mode: string }) => {
  death = mode === 'errors' || mode === 'hang' ? mode : null;
  if (mode === 'cold') {
    cache = new Set();
    pool = new WorkerPool(DEPENDENCY.workers, DEPENDENCY.queue);
  }
  process.send?.({ type: 'mode', mode, at: Date.now() });
});
process.on('disconnect', () => process.exit(0));
// The terminal's Ctrl-C reaches the whole group; the bench decides when this process ends.
process.on('SIGINT', () => undefined);
server.listen(0, '127.0.0.1', () => {
  process.send?.({ type: 'listening', port: (server.address() as AddressInfo).port });
});

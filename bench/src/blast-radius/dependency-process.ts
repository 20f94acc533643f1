/** A dependency that fails for some of its callers: an HTTP server in a process of its own, told over IPC when. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hits, LOAD, type Caller, type Fault } from './cases.js';

const ANSWER_MS = 10;
const ERROR_MS = 3;
const HANG_MS = 3 * LOAD.timeoutMs;

const fault = JSON.parse(process.argv[2] ?? '{}') as Fault;
let faulty = false;

function callerOf({ headers }: IncomingMessage): Caller {
  return {
    instance: String(headers['x-instance']),
    zone: String(headers['x-zone']),
    account: Number(String(headers['x-account']).replace('account-', '')),
  };
}

const server = createServer((request, response) => {
  request.resume();
  const bad = faulty && hits(fault, callerOf(request)) && Math.random() < fault.share;
  const answer = (status: number) => (): void => {
    if (!response.destroyed) response.writeHead(status).end('{}');
  };
  if (!bad) setTimeout(answer(200), ANSWER_MS);
  else if (fault.kind === 'errors') setTimeout(answer(500), ERROR_MS);
  else setTimeout(answer(200), HANG_MS);
});
server.keepAliveTimeout = 30_000;

process.on('message', ({ mode }: { readonly mode: string }) => {
  faulty = mode !== 'healthy';
  process.send?.({ type: 'mode', mode, at: Date.now() });
});
process.on('disconnect', () => process.exit(0));
// The terminal's Ctrl-C reaches the whole group; the bench decides when this process ends.
process.on('SIGINT', () => undefined);
server.listen(0, '127.0.0.1', () => {
  process.send?.({ type: 'listening', port: (server.address() as AddressInfo).port });
});

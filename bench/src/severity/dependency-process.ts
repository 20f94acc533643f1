/** A dependency that fails a share of its calls: an HTTP server in a process of its own, told over IPC when. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FromDependency, ToDependency } from './messages.js';

const ANSWER_MS = 10;
const ERROR_MS = 3;

let share = 0;
let healing: NodeJS.Timeout | undefined;

function tell(message: FromDependency): void {
  process.send?.(message);
}

const server = createServer((request, response) => {
  request.resume();
  const fails = Math.random() < share;
  setTimeout(
    () => {
      if (!response.destroyed) response.writeHead(fails ? 503 : 200).end('{}');
    },
    fails ? ERROR_MS : ANSWER_MS,
  );
});
server.keepAliveTimeout = 30_000;

function heal(): void {
  share = 0;
  tell({ type: 'healed', at: Date.now() });
}

process.on('message', (message: ToDependency) => {
  clearTimeout(healing);
  if (message.share === 0) {
    heal();
    return;
  }
  ({ share } = message);
  if (message.forMs !== null) healing = setTimeout(heal, message.forMs);
  tell({ type: 'failing', at: Date.now() });
});
process.on('disconnect', () => process.exit(0));
// The terminal's Ctrl-C reaches the whole group; the bench decides when this process ends.
process.on('SIGINT', () => undefined);
server.listen(0, '127.0.0.1', () => {
  tell({ type: 'listening', port: (server.address() as AddressInfo).port });
});

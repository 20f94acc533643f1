/** A dependency that echoes lines after 10 ms, until it is told to die: then it takes calls and answers none. */
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';

const ANSWER_MS = 10;
let dead = false;

const server = createServer((socket) => {
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  createInterface({ input: socket }).on('line', (line) => {
    setTimeout(() => {
      if (!dead && !socket.destroyed) socket.write(`${line}\n`);
    }, ANSWER_MS);
  });
});

process.on('message', (message) => {
  dead = message === 'die';
  process.send?.(dead ? 'dead' : 'alive');
});
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));

/** The peer: a plain ws server that sends one text to all its sockets, and nothing else. */
import { WebSocketServer } from 'ws';
import type { AddressInfo } from 'node:net';
import { preciseNow } from './messages.js';

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.once('listening', () => {
  process.send?.({ type: 'listening', port: (server.address() as AddressInfo).port });
});
process.on('message', (message: { type: 'broadcast'; text: string }) => {
  const at = preciseNow();
  for (const socket of server.clients) socket.send(message.text);
  process.send?.({ type: 'sent', at });
});
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);

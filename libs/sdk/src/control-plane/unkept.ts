import { type ClientRequest } from 'node:http';

/** Round trips around the world, and one lost packet. */
const CONNECT_MS = 4_000;

/**
 * A request that does not keep its process alive. While a connection is being made nothing can be done about it: that
 * takes no longer than 4 s.
 */
export function unkept(request: ClientRequest): void {
  request.on('socket', (socket) => {
    socket.unref();
    if (!socket.connecting) return;
    socket.setTimeout(CONNECT_MS, () => socket.destroy(new Error('no connection within 4 s')));
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.unref();
    });
  });
}

import { createServer, request as forward, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

export interface NoUpgradeProxy {
  /** Takes the place of the API's. */
  readonly url: string;
  close(): Promise<void>;
}

/** A proxy of the old school: passes requests on to `api`, and knows no upgrades. */
export async function noUpgradeProxy(api: string): Promise<NoUpgradeProxy> {
  const { hostname: host, port } = new URL(api);
  const server = createServer((request, response) => {
    const { method, headers, url: path } = request;
    const passed = forward({ host, port, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    request.pipe(passed);
  });
  server.on('upgrade', (_request, socket) => {
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, close: () => closed(server) };
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';

/** A dependency on 127.0.0.1. */
export interface Dependency {
  readonly url: string;
  readonly host: string;
  close(): Promise<void>;
}

export function listen(handle: RequestListener): Promise<Dependency> {
  return listening(createServer(handle));
}

export async function listening(server: Server): Promise<Dependency> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}`,
    host,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers `/500` with status 500 and so on; `/hang` never. */
export const byStatus: RequestListener = (request, response) => {
  if (request.url === '/hang') return;
  response.statusCode = Number(request.url?.slice(1));
  response.end(`status ${response.statusCode}`);
};

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Health } from './health.js';
import type { Metrics } from './metrics.js';
import { tokenMatches } from './token.js';

export interface HealthServerOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly health: Health;
  readonly metrics: Metrics;
  /** Without one there is no /metrics. */
  readonly metricsToken: string | null;
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/** /health/live, /health/ready and /metrics for a process that serves nothing else. Resolves when it listens. */
export async function serveHealth(options: HealthServerOptions): Promise<HealthServer> {
  const server = createServer((request, response) => {
    void answer(request, response, options);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: portOf(server.address()),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const portOf = (address: AddressInfo | string | null): number =>
  typeof address === 'object' && address !== null ? address.port : 0;

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { health, metrics, metricsToken }: HealthServerOptions,
): Promise<void> {
  const send = (status: number, type: string, body: string): void => {
    response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
  };
  if (request.url === '/health/live') {
    const why = health.stuck();
    if (why === null) send(200, 'application/json', '{"status":"ok"}');
    else send(503, 'application/json', JSON.stringify({ status: 'stuck', why }));
  } else if (request.url === '/health/ready') {
    const report = await health.ready();
    send(report.status === 'ok' ? 200 : 503, 'application/json', JSON.stringify(report));
  } else if (request.url !== '/metrics' || metricsToken === null) {
    send(404, 'text/plain', 'Not found\n');
  } else if (tokenMatches(request.headers.authorization, metricsToken)) {
    send(200, metrics.contentType, await metrics.metrics());
  } else {
    send(401, 'text/plain', 'Send "Authorization: Bearer <METRICS_TOKEN>".\n');
  }
}

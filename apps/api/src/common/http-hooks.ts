import { DURATION_BUCKETS, Histogram, type Log, type Metrics } from '@recloser/server';
import { RecloserError } from '@recloser/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { sendProblem } from './problem.filter.js';
import { isSameOrigin } from './same-origin.js';

/** A caller's own request id is kept when it is harmless in a log. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
}

export const pathOf = (url: string): string => url.split('?', 1)[0] ?? url;

/** Addresses that this process answers itself; everything else is the console's. */
export const isOwnPath = (path: string): boolean =>
  /^\/(?:v1|docs|health|metrics)(?:\/|$)/.test(path);

/** Where SDKs poll. A whole fleet may share one address, so these count by key. */
export const isSdkPath = (path: string): boolean => path.startsWith('/v1/sdk/');

const OWN_CSP = "default-src 'none'; frame-ancestors 'none'";

export interface HookOptions {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly publicUrl: string | null;
}

/** Request ids, the same-origin check, one log line and one measurement per request. */
export function addHttpHooks(
  server: FastifyInstance,
  { log, metrics, publicUrl }: HookOptions,
): void {
  const durations = new Histogram({
    name: 'recloser_http_request_seconds',
    help: 'Time from the request line to the end of the answer',
    labelNames: ['method', 'route', 'status'],
    buckets: DURATION_BUCKETS,
    registers: [metrics],
  });
  server.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    if (isOwnPath(pathOf(request.url))) {
      void reply.header('content-security-policy', OWN_CSP).header('cache-control', 'no-store');
    }
    if (mayChange(request) && !isSameOrigin({ ...factsOf(request), publicUrl })) {
      sendProblem(crossOrigin(), request, reply, log);
      return;
    }
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    const labels = { method: request.method, route, status: reply.statusCode };
    durations.observe(labels, reply.elapsedTime / 1_000);
    const level = reply.statusCode >= 500 ? 'warn' : mayChange(request) ? 'info' : 'debug';
    const ms = Math.round(reply.elapsedTime * 10) / 10;
    log[level]({ requestId: request.id, ...labels, ms }, 'request');
    done();
  });
}

const factsOf = (request: FastifyRequest) => ({ headers: request.headers, host: request.host });

const mayChange = (request: FastifyRequest): boolean =>
  !['GET', 'HEAD', 'OPTIONS'].includes(request.method);

const crossOrigin = (): RecloserError =>
  new RecloserError(
    'cross_origin',
    'This request was made by a page of another site. Behind a proxy, set PUBLIC_URL to the address in the browser.',
  );

import { DURATION_BUCKETS, Histogram, type Log, type Metrics } from '@recloser/server';
import { RecloserError } from '@recloser/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { bearerOf, hasTokenInUrl, TOKEN_PREFIX } from '../auth/bearer-token.js';
import { addressGroup } from './address-group.js';
import { sendProblem } from './problem.filter.js';
import { isSameOrigin } from './same-origin.js';

/** A caller's own request id is kept when it is harmless in a log. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
}

export const pathOf = (url: string): string => url.split('?', 1)[0] ?? url;

/** Below /sdk only its files, so that a project may have this key. */
const OWN = /^\/(?:(?:v1|docs|health|metrics)(?:\/|$)|sdk\/recloser-sdk[^/]*\.tgz$)/;

/**
 * Whether this process answers itself; everything else is the console's. What counts is the route that was found, as
 * the router reads percent-encoding; where it found none, the decoded path.
 */
export const isOwn = (request: FastifyRequest): boolean =>
  OWN.test(request.routeOptions.url ?? '') || OWN.test(decoded(pathOf(request.url)));

/** The path in the spelling that every check and the router agree on: without encoding, doubled slashes and dots. */
function decoded(path: string): string {
  try {
    const plain = decodeURIComponent(path)
      .replaceAll('\\', '/')
      .replace(/\/{2,}/g, '/');
    return new URL(plain.toLowerCase(), 'http://own.invalid').pathname;
  } catch {
    return path;
  }
}

/** Requests that count together against the limit; null: they count elsewhere. */
export function bucketOf(request: FastifyRequest): string | null {
  const route = request.routeOptions.url ?? '';
  // A whole fleet may share one address, so what SDKs poll counts by key.
  if (route.startsWith('/v1/sdk/') || !isOwn(request)) return null;
  return `${kindOf(route)} ${addressGroup(request.ip)}`;
}

/** What counts apart at one address, so that neither keeps the other out. */
function kindOf(route: string): string {
  // Whoever floods the API must not make a balancer at the same address believe that the node is ill.
  if (/^\/(?:health|metrics)(?:\/|$)/.test(route)) return 'health';
  return route.startsWith('/v1/triggers/') ? 'trigger' : 'api';
}

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
    if (isOwn(request)) {
      void reply.header('content-security-policy', OWN_CSP).header('cache-control', 'no-store');
    }
    if (isOwn(request) && hasTokenInUrl(request.url)) {
      sendProblem(tokenInUrl(), request, reply, log);
      return;
    }
    if (
      mayChange(request) &&
      !isProgram(request) &&
      !isSameOrigin({ ...factsOf(request), publicUrl })
    ) {
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

const factsOf = ({ headers, protocol, host }: FastifyRequest) => ({
  headers,
  origin: `${protocol}://${host}`,
});

const mayChange = (request: FastifyRequest): boolean =>
  !['GET', 'HEAD', 'OPTIONS'].includes(request.method);

/** A browser never adds a bearer token, so a page of another site cannot make a request that has one and no cookie. */
const isProgram = ({ headers }: FastifyRequest): boolean =>
  headers.cookie === undefined && (bearerOf(headers)?.startsWith(TOKEN_PREFIX) ?? false);

const tokenInUrl = (): RecloserError =>
  new RecloserError(
    'token_in_url',
    'An address ends up in logs, so no API token belongs in it. Revoke this token, and send the next one as the header Authorization: Bearer rct_…',
  );

const crossOrigin = (): RecloserError =>
  new RecloserError(
    'cross_origin',
    'This request was made by a page of another site. Behind a proxy, set PUBLIC_URL to the address in the browser.',
  );

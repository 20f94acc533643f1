import httpProxy from '@fastify/http-proxy';
import { RecloserError } from '@recloser/protocol';
import type { Log } from '@recloser/server';
import type { FastifyInstance } from 'fastify';
import { isOwn } from '../common/http-hooks.js';
import { sendProblem } from '../common/problem.filter.js';

export interface ConsoleProxyOptions {
  /** Where the console listens, or null when there is none. */
  readonly consoleUrl: string | null;
  readonly log: Log;
}

/** For console pages that bring no policy of their own. Its scripts are all from here, but for Next's inline ones. */
const CONSOLE_CSP = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** Sends everything that is not this process's own on to the console, so that both share one origin. */
export async function mountConsole(
  server: FastifyInstance,
  { consoleUrl, log }: ConsoleProxyOptions,
): Promise<void> {
  if (consoleUrl === null) {
    server.all('/*', (request, reply) => {
      if (isOwn(request)) sendProblem(notFound(), request, reply, log);
      else noConsole(reply);
    });
    return;
  }
  await server.register(httpProxy, {
    upstream: consoleUrl,
    prefix: '/',
    preHandler: (request, reply, done) => {
      if (isOwn(request)) sendProblem(notFound(), request, reply, log);
      else done();
    },
    replyOptions: {
      rewriteRequestHeaders: (request, headers) => ({
        ...headers,
        'x-forwarded-host': request.host,
        'x-forwarded-proto': request.protocol,
        'x-forwarded-for': request.ip,
        'x-request-id': request.id,
      }),
      rewriteHeaders: (headers) => ({ 'content-security-policy': CONSOLE_CSP, ...headers }),
      onError: (reply, { error }) => {
        log.warn({ err: error }, 'the console does not answer');
        noConsole(reply);
      },
    },
  });
}

const notFound = (): RecloserError =>
  new RecloserError(
    'not_found',
    'There is nothing at this address. The API is described at /docs.',
  );

/** What a page needs of a reply, over HTTP/1 or 2. */
interface PageReply {
  code(status: number): unknown;
  headers(values: Readonly<Record<string, string>>): unknown;
  send(body: string): unknown;
}

function noConsole(reply: PageReply): void {
  reply.code(503);
  reply.headers({
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'content-type': 'text/html; charset=utf-8',
    'retry-after': '2',
  });
  reply.send(PAGE);
}

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Recloser: the console is not running</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 38rem; margin: 15vh auto; padding: 0 1rem }
  @media (prefers-color-scheme: dark) { body { background: #0b0d10; color: #e6e8eb } a { color: #7db7ff } }
</style>
<h1>The console is not running</h1>
<p>The API of Recloser answers here, and SDKs are served: breakers go on being decided and applied.
Only the pages are missing. If it is starting, they appear in a few seconds.</p>
<p>Start everything with <code>npm start</code>, or set <code>CONSOLE_URL</code> to where the console runs.
The API is described at <a href="/docs">/docs</a>.</p>
</html>
`;

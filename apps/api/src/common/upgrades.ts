import { RecloserError } from '@recloser/protocol';
import { problemOf, type Log } from '@recloser/server';
import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket, WebSocketServer } from 'ws';
import { pathOf } from './http-hooks.js';

/** Takes a request for a socket: answers with a socket or throws why not. */
export type UpgradeHandler = (request: IncomingMessage, accept: Accept) => Promise<void>;
/** Completes the handshake. */
export type Accept = (server: WebSocketServer) => Promise<WebSocket>;

/** Routes requests for sockets by their path; a refusal is an ordinary HTTP answer with a problem in it. */
export function routeUpgrades(
  server: Server,
  routes: Readonly<Record<string, UpgradeHandler>>,
  log: Log,
): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const path = pathOf(request.url ?? '');
    const handler = Object.hasOwn(routes, path) ? routes[path] : undefined;
    const accept: Accept = (sockets) =>
      new Promise((resolve) => {
        sockets.handleUpgrade(request, socket, head, resolve);
      });
    const answered = handler ? handler(request, accept) : Promise.reject(unknownPath());
    answered.catch((error: unknown) => refuse(socket, error, log));
  });
}

function refuse(socket: Duplex, error: unknown, log: Log): void {
  const { status, body, expected } = problemOf(error);
  if (!expected) log.error({ err: error }, 'a socket could not be opened');
  const text = JSON.stringify(body);
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(text)}`,
  ];
  if (typeof body['retryAfterMs'] === 'number') {
    lines.push(`Retry-After: ${Math.ceil(body['retryAfterMs'] / 1_000)}`);
  }
  socket.end(`${lines.join('\r\n')}\r\n\r\n${text}`);
}

const unknownPath = (): RecloserError =>
  new RecloserError(
    'not_found',
    'Sockets are at /v1/sdk for SDKs and at /v1/console for the console.',
  );

import type { WsMessageHandler } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import { RecloserError } from '@recloser/protocol';
import { problemOf, type Log } from '@recloser/server';
import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Observable } from 'rxjs';
import type { RawData, ServerOptions, WebSocket } from 'ws';
import { pathOf } from '../common/http-hooks.js';
import { GatewayServer } from './gateway-server.js';

interface GatewayOptions extends ServerOptions {
  readonly path: string;
}

/**
 * Gives Nest's gateways their sockets, by path, on the HTTP server of the application. A gateway admits a request before
 * the handshake, and a refusal is an ordinary HTTP answer with a problem in it.
 */
export class RecloserWsAdapter extends WsAdapter {
  readonly #http: Server;
  readonly #log: Log;
  readonly #servers = new Map<string, GatewayServer>();
  readonly #serverOf = new WeakMap<WebSocket, GatewayServer>();
  readonly #upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy());
    this.#open(request, socket, head).catch((error: unknown) => refuse(socket, error, this.#log));
  };

  constructor(http: Server, log: Log) {
    super(http);
    this.#http = http;
    this.#log = log;
    http.on('upgrade', this.#upgrade);
  }

  override create(_port: number, { path, ...options }: GatewayOptions): GatewayServer {
    const server = new GatewayServer({ ...options, noServer: true });
    this.#servers.set(path, server);
    return server;
  }

  /** A gateway without message handlers reads its sockets itself: frames of SDKs pass no pipeline. */
  override bindMessageHandlers(
    socket: WebSocket,
    handlers: readonly WsMessageHandler[],
    transform: (answer: unknown) => Observable<unknown>,
  ): void {
    if (handlers.length === 0) return;
    const byEvent = new Map(handlers.map((handler) => [handler.message, handler]));
    const protocol = this.#serverOf.get(socket)?.protocol;
    socket.on('message', (data: RawData, isBinary: boolean) => {
      const message = protocol?.read?.(socket, data, isBinary) ?? null;
      if (message === null) return;
      const handler = byEvent.get(message.event);
      if (handler === undefined) return;
      transform(handler.callback(message.data, message.event)).subscribe((answer) => {
        if (answer !== undefined && socket.readyState === socket.OPEN) {
          socket.send(JSON.stringify(answer));
        }
      });
    });
  }

  override async dispose(): Promise<void> {
    this.#http.off('upgrade', this.#upgrade);
    this.#servers.clear();
    await super.dispose();
  }

  async #open(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const server = this.#servers.get(pathOf(request.url ?? ''));
    if (!server?.protocol) throw unknownPath();
    await server.protocol.admit(request);
    server.handleUpgrade(request, socket, head, (client) => {
      this.#serverOf.set(client, server);
      server.emit('connection', client, request);
    });
  }
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

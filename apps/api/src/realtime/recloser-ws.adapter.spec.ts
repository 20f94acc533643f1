import 'reflect-metadata';
import { Module, type CanActivate, type NestApplicationOptions } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  type OnGatewayConnection,
  type OnGatewayInit,
} from '@nestjs/websockets';
import { RecloserError } from '@recloser/protocol';
import { createLog } from '@recloser/server';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, type RawData, type ServerOptions } from 'ws';
import type { GatewayMessage, GatewayProtocol, GatewayServer } from './gateway-server.js';
import { RecloserWsAdapter } from './recloser-ws.adapter.js';
import { textOf } from './text-of.js';

const seen = { guarded: 0, closed: 0 };

class CountingGuard implements CanActivate {
  canActivate(): boolean {
    seen.guarded += 1;
    return true;
  }
}

@WebSocketGateway<ServerOptions>({ path: '/raw', maxPayload: 16 })
class RawGateway
  implements GatewayProtocol, OnGatewayInit<GatewayServer>, OnGatewayConnection<WebSocket>
{
  afterInit(server: GatewayServer): void {
    server.protocol = this;
  }

  admit({ headers, socket }: IncomingMessage): Promise<void> {
    socket.once('close', () => (seen.closed += 1));
    if (headers.authorization === 'Bearer right') return Promise.resolve();
    return Promise.reject(new RecloserError('too_many_requests', 'Wait.', { retryAfterMs: 4_100 }));
  }

  handleConnection(socket: WebSocket): void {
    socket.on('error', () => undefined);
    socket.on('message', (data) => socket.send(`raw ${textOf(data)}`));
  }
}

@WebSocketGateway<ServerOptions>({ path: '/read' })
class ReadGateway implements GatewayProtocol, OnGatewayInit<GatewayServer> {
  afterInit(server: GatewayServer): void {
    server.protocol = this;
  }

  admit(): Promise<void> {
    return Promise.resolve();
  }

  read(_socket: WebSocket, data: RawData, isBinary: boolean): GatewayMessage | null {
    return isBinary ? null : { event: textOf(data).slice(0, 4), data: textOf(data).slice(5) };
  }

  @SubscribeMessage('echo')
  echo(@MessageBody() text: string): { echo: string } {
    return { echo: text };
  }
}

@WebSocketGateway<ServerOptions>({ path: '/unready' })
class UnreadyGateway {}

@Module({
  providers: [
    RawGateway,
    ReadGateway,
    UnreadyGateway,
    { provide: APP_GUARD, useClass: CountingGuard },
  ],
})
class TestModule {}

let app: NestFastifyApplication;
let url: string;

beforeAll(async () => {
  const options: Readonly<NestApplicationOptions> = { logger: false };
  app = await NestFactory.create<NestFastifyApplication>(TestModule, new FastifyAdapter(), options);
  const log = createLog({ name: 'test', level: 'silent' });
  app.useWebSocketAdapter(new RecloserWsAdapter(app.getHttpServer(), log));
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});

afterAll(() => app.close());

async function open(path: string, headers: Record<string, string> = {}): Promise<WebSocket> {
  const socket = new WebSocket(url + path, { headers });
  await once(socket, 'open');
  return socket;
}

async function answerTo(socket: WebSocket): Promise<string> {
  const [data] = (await once(socket, 'message')) as [RawData];
  return textOf(data);
}

/** Asks for an upgrade by hand, and reads the answer that is none. */
async function refused(path: string, headers: Record<string, string> = {}) {
  const asked = request(url + path, {
    headers: { connection: 'Upgrade', upgrade: 'websocket', ...headers },
  });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const { statusCode: status, headers: answered } = response;
  return { status, headers: answered, text: Buffer.concat(chunks).toString() };
}

describe('a gateway behind the adapter', () => {
  it('refuses before the handshake, with a problem and when to try again', async () => {
    const { status, headers, text } = await refused('/raw');
    expect(status).toBe(429);
    expect(headers).toMatchObject({
      'content-type': 'application/problem+json',
      'retry-after': '5',
    });
    expect(JSON.parse(text)).toMatchObject({ code: 'too_many_requests', detail: 'Wait.' });
  });

  it.each(['/', '/raw/', '/unready', '/other'])('lets nobody in at %s', async (path) => {
    const { status, text } = await refused(path);
    expect(status).toBe(404);
    expect(JSON.parse(text)).toMatchObject({ code: 'not_found' });
  });

  it('reads its own frames when it has no message handlers, past guards and pipes', async () => {
    const socket = await open('/raw', { authorization: 'Bearer right' });
    const before = seen.guarded;
    socket.send('{"event":"echo"}');
    expect(await answerTo(socket)).toBe('raw {"event":"echo"}');
    expect(seen.guarded).toBe(before);
    socket.terminate();
  });

  it('keeps the limits that it declares', async () => {
    const socket = await open('/raw', { authorization: 'Bearer right' });
    socket.send('x'.repeat(17));
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(1009);
  });

  it('has its messages handled by what subscribes to them, and ignores others', async () => {
    const socket = await open('/read');
    const before = seen.guarded;
    socket.send(Buffer.from('echo binary'));
    socket.send('what is this');
    socket.send('echo hello');
    expect(await answerTo(socket)).toBe('{"echo":"hello"}');
    expect(seen.guarded).toBe(before + 1);
    socket.terminate();
  });

  it('is told of the end of a connection whose handshake fails', async () => {
    const before = seen.closed;
    const { status } = await refused('/raw', { authorization: 'Bearer right' });
    expect(status).toBe(400);
    await expect.poll(() => seen.closed).toBe(before + 1);
  });
});

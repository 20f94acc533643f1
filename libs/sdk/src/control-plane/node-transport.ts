import { type ClientRequest, type IncomingMessage } from 'node:http';
import * as http from 'node:http';
import * as https from 'node:https';
import { createGunzip, inflateSync } from 'node:zlib';
import { WebSocket } from 'ws';
import { type ConnectionOptions } from '../options/options.js';
import {
  type HttpAnswer,
  type HttpRequest,
  type SocketHandlers,
  type System,
  type SystemSocket,
} from '../platform/system.js';
import { agentsOf, type Agents } from './agents.js';
import { unkept } from './unkept.js';

/** A full snapshot of 10,000 breakers with rules stays far below it. */
const MAX_FRAME_BYTES = 64 * 1024 * 1024;

/** A peer that does not answer a close must not keep the process. */
const CLOSE_TIMEOUT_MS = 1_000;
const LOST = 1006;

/**
 * Sockets and HTTP of a Node process; a chunk of its own, as `ws` takes longer to load than all the rest. HTTP goes
 * without `fetch`, which frameworks wrap, cache and trace, and which knows neither agents nor authorities.
 */
export function nodeTransport(
  options: ConnectionOptions,
  system: Pick<System, 'setTimer'>,
): Required<Pick<System, 'connect' | 'request' | 'features'>> {
  const agents = agentsOf(options);
  return {
    connect: (url, headers, handlers) => openSocket(agents, url, headers, handlers),
    request: (url, request) => exchange(system, agents, url, request),
    features: ['deflate'],
  };
}

function openSocket(
  agents: Agents,
  url: string,
  headers: Readonly<Record<string, string>>,
  handlers: SocketHandlers,
): SystemSocket {
  const options = {
    headers: { ...headers },
    agent: agents.for(url),
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    closeTimeout: CLOSE_TIMEOUT_MS,
    finishRequest: (request: ClientRequest) => {
      unkept(request);
      request.end();
    },
  };
  return adopt(new WebSocket(url, options), handlers);
}

/** What a socket of `ws` says and does, as the SDK's own. Nothing is thrown back into it. */
export function adopt(socket: WebSocket, handlers: SocketHandlers): SystemSocket {
  let failure: { readonly reason: string; readonly status?: number } | null = null;
  const end = (code: number, reason: string): void => {
    handlers.onEnd({ code, ...(failure ?? { reason }) });
  };
  const on = (event: string, run: (...about: never[]) => void): void => {
    socket.on(event, (...about) => {
      try {
        Reflect.apply(run, undefined, about);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        handlers.onEnd({ code: LOST, reason, unusable: true });
        socket.terminate();
      }
    });
  };
  on('open', () => handlers.onOpen());
  on('message', (data: unknown, isBinary: boolean) => {
    if (!Buffer.isBuffer(data)) return;
    const text = isBinary ? inflateSync(data, { maxOutputLength: MAX_FRAME_BYTES }) : data;
    handlers.onMessage(text.toString('utf8'));
  });
  on('unexpected-response', (request: ClientRequest, response: IncomingMessage) => {
    const status = response.statusCode ?? 0;
    failure = { reason: `HTTP ${status}`, status };
    request.destroy();
    end(LOST, failure.reason);
  });
  on('error', (error: Error) => {
    failure ??= { reason: error.message };
  });
  on('close', (code: number, reason: Buffer) => end(code, reason.toString('utf8')));
  return {
    get bufferedBytes() {
      return socket.bufferedAmount;
    },
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: (code) => socket.close(code),
    terminate: () => socket.terminate(),
  };
}

function exchange(
  system: Pick<System, 'setTimer'>,
  agents: Agents,
  url: string,
  { method, headers, body, timeoutMs }: HttpRequest,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const { request: open } = url.startsWith('https:') ? https : http;
    const request = open(url, {
      method,
      headers: { ...headers, 'accept-encoding': 'gzip' },
      agent: agents.for(url),
    });
    const timer = system.setTimer(
      () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)),
      timeoutMs,
    );
    const fail = (error: Error): void => {
      timer.clear();
      request.destroy();
      reject(error);
    };
    unkept(request);
    request.on('error', fail);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('error', fail);
      const isZipped = response.headers['content-encoding'] === 'gzip';
      const body = isZipped ? response.pipe(createGunzip()).on('error', fail) : response;
      body.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_FRAME_BYTES) fail(new Error('the answer is too long'));
        else chunks.push(chunk);
      });
      body.on('end', () => {
        timer.clear();
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(chunks).toString('utf8'),
          header: (name) => response.headers[name]?.toString() ?? null,
        });
      });
    });
    request.end(body);
  });
}

import type * as ws from 'ws';
import {
  type HttpAnswer,
  type HttpRequest,
  type SocketEnd,
  type SocketHandlers,
  type System,
  type SystemSocket,
} from '../process/system.js';

/** A full snapshot of 10,000 breakers with rules stays far below it. */
const MAX_FRAME_BYTES = 64 * 1024 * 1024;

/** A peer that does not answer a close must not keep the process. */
const CLOSE_TIMEOUT_MS = 1_000;

/** Sockets and HTTP of a Node process. Most of the time that the SDK takes to load is `ws`: nothing else waits for it. */
export async function nodeTransport(): Promise<Required<Pick<System, 'connect' | 'request'>>> {
  const { WebSocket } = await import('ws');
  return {
    connect: (url, headers, handlers) => openSocket(WebSocket, url, headers, handlers),
    request: exchange,
  };
}

async function exchange(url: string, { timeoutMs, ...options }: HttpRequest): Promise<HttpAnswer> {
  const signal = AbortSignal.timeout(timeoutMs);
  const response = await fetch(url, { ...options, redirect: 'error', signal });
  const text = await response.text();
  return { status: response.status, text, header: (name) => response.headers.get(name) };
}

function openSocket(
  WebSocket: typeof ws.WebSocket,
  url: string,
  headers: Readonly<Record<string, string>>,
  handlers: SocketHandlers,
): SystemSocket {
  const options = {
    headers: { ...headers },
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    closeTimeout: CLOSE_TIMEOUT_MS,
  };
  const socket = new WebSocket(url, options);
  let ended = false;
  let failure: { reason: string; status?: number } | null = null;
  const end = (code: number, reason: string) => {
    if (ended) return;
    ended = true;
    const info: SocketEnd = { code, ...(failure ?? { reason }) };
    handlers.onEnd(info);
  };
  socket.on('upgrade', (response) => {
    // An idle client must not keep its process alive.
    response.socket.unref();
  });
  socket.on('open', () => handlers.onOpen());
  socket.on('message', (data, isBinary) => {
    if (!isBinary && Buffer.isBuffer(data)) handlers.onMessage(data.toString('utf8'));
  });
  socket.on('unexpected-response', (request, response) => {
    const status = response.statusCode ?? 0;
    failure = { reason: `HTTP ${status}`, status };
    request.destroy();
    end(1006, failure.reason);
  });
  socket.on('error', (error) => {
    failure ??= { reason: error.message };
  });
  socket.on('close', (code, reason) => end(code, reason.toString('utf8')));
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

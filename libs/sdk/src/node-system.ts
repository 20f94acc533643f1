import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { WebSocket } from 'ws';
import {
  type HttpAnswer,
  type HttpRequest,
  type SocketEnd,
  type SocketHandlers,
  type System,
  type SystemSocket,
} from './system.js';

/** A full snapshot of 10,000 breakers with rules stays far below it. */
const MAX_FRAME_BYTES = 64 * 1024 * 1024;

/** A peer that does not answer a close must not keep the process. */
const CLOSE_TIMEOUT_MS = 1_000;

const WATCH_MS = 1_000;

/** The system of a Node process. */
export function nodeSystem(): System {
  return {
    now: () => performance.now(),
    random: () => Math.random(),
    setTimer(run, ms) {
      const timer = setTimeout(run, ms);
      timer.unref();
      return {
        clear: () => clearTimeout(timer),
        ref: () => void timer.ref(),
        unref: () => void timer.unref(),
      };
    },
    connect: openSocket,
    request: exchange,
    env: process.env,
    hostname: hostname(),
    pid: process.pid,
    warn: (message, code) => process.emitWarning(message, { type: 'RecloserWarning', code }),
    readFile: (path) => readFileSync(path, 'utf8'),
    watchFile(path, onChange) {
      // Looks at it instead of waiting for events, which do not come from every file system and mounted secret.
      watchFile(path, { persistent: false, interval: WATCH_MS }, onChange);
      return () => unwatchFile(path, onChange);
    },
    async writeFile(path, text) {
      const temporary = `${path}.${process.pid}`;
      await writeFile(temporary, text, { mode: 0o600 });
      await rename(temporary, path);
    },
  };
}

async function exchange(url: string, { timeoutMs, ...options }: HttpRequest): Promise<HttpAnswer> {
  const signal = AbortSignal.timeout(timeoutMs);
  const response = await fetch(url, { ...options, redirect: 'error', signal });
  const text = await response.text();
  return { status: response.status, text, header: (name) => response.headers.get(name) };
}

function openSocket(
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

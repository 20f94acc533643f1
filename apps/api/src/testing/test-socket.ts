import { WebSocket } from 'ws';

const DEADLINE_MS = 60_000;

export interface Frame {
  readonly t: string;
  readonly [field: string]: unknown;
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** A WebSocket whose frames can be waited for. */
export class TestSocket {
  readonly closed: Promise<Closed>;
  readonly #socket: WebSocket;
  readonly #frames: Frame[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as Frame;
      this.#frames.push(frame);
      if (frame.t === 'ping')
        this.send({ t: 'pong', ...('id' in frame ? { id: frame['id'] } : {}) });
      for (const look of this.#waiting) look();
    });
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  /** Opens a socket, or rejects with the status and problem of the refusal. */
  static open(url: string, headers: Readonly<Record<string, string>>): Promise<TestSocket> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url.replace(/^http/, 'ws'), {
        headers,
        perMessageDeflate: false,
      });
      const opened = new TestSocket(socket);
      socket.once('open', () => resolve(opened));
      socket.once('error', reject);
      socket.once('unexpected-response', (_request, response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => reject(new Refused(response.statusCode ?? 0, text)));
      });
    });
  }

  send(frame: unknown): void {
    this.#socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  sendBytes(bytes: Buffer): void {
    this.#socket.send(bytes, { binary: true });
  }

  /** The first frame not yet taken that fits; waits for it. Takes it and everything before it. */
  next(kind: string, fits: (frame: Frame) => boolean = () => true): Promise<Frame> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const index = this.#frames.findIndex((frame) => frame.t === kind && fits(frame));
        const frame = this.#frames[index];
        if (!frame) return;
        this.#frames.splice(0, index + 1);
        this.#waiting.delete(look);
        clearTimeout(timer);
        resolve(frame);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`no "${kind}" frame came; have ${JSON.stringify(this.#frames)}`));
      }, DEADLINE_MS);
      this.#waiting.add(look);
      look();
    });
  }

  /** Ends it without a word, as a killed process does. */
  kill(): void {
    this.#socket.terminate();
  }

  close(): void {
    this.#socket.close();
  }
}

export class Refused extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, text: string) {
    super(`refused with ${status}: ${text}`);
    this.status = status;
    this.body = text === '' ? null : JSON.parse(text);
  }
}

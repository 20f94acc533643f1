import { type ClientFrame } from '@recloser/protocol';
import { askedDelay, reconnectDelay } from './backoff.js';
import { type SocketEnd, type System, type SystemSocket } from './system.js';
import { type Task, type Timeline } from './timeline.js';

export interface ConnectionHandlers {
  /** The socket is open: say hello. */
  onOpen(): void;
  onText(text: string): void;
  onLost(end: SocketEnd): void;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** A connection that lived for so long was a good one: the next loss starts the waits afresh. */
const STABLE_MS = 10_000;
const REFUSED_DELAY_MS = 30_000;
const CLOSE_NORMAL = 1000;

/** Keeps one socket open: opens it, watches it, and opens it again after a wait that spreads a fleet out. */
export class Connection {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #system: Pick<System, 'connect' | 'random'>;
  readonly #timeline: Timeline;
  readonly #handlers: ConnectionHandlers;
  readonly #reconnect: Task;
  readonly #silence: Task;
  #socket: SystemSocket | null = null;
  #open = false;
  #openedAt = 0;
  #failures = 0;
  #attempt = 0;
  #silenceMs = CONNECT_TIMEOUT_MS;
  #nextDelay: number | null = null;
  #stopped = false;

  constructor(
    url: string,
    headers: Readonly<Record<string, string>>,
    system: Pick<System, 'connect' | 'random'>,
    timeline: Timeline,
    handlers: ConnectionHandlers,
  ) {
    this.#url = url;
    this.#headers = headers;
    this.#system = system;
    this.#timeline = timeline;
    this.#handlers = handlers;
    this.#reconnect = timeline.task(() => this.start());
    this.#silence = timeline.task(() => this.drop('silent'));
  }

  get bufferedBytes(): number {
    return this.#socket?.bufferedBytes ?? 0;
  }

  start(): void {
    if (this.#stopped || this.#socket !== null) return;
    this.#attempt += 1;
    const attempt = this.#attempt;
    const onEnd = (end: SocketEnd): void => {
      if (attempt === this.#attempt) this.#ended(end);
    };
    this.#watch(CONNECT_TIMEOUT_MS);
    try {
      this.#socket = this.#system.connect(this.#url, this.#headers, {
        onOpen: () => {
          if (attempt === this.#attempt) this.#opened();
        },
        onMessage: (text) => {
          if (attempt !== this.#attempt) return;
          this.#watch(this.#silenceMs);
          this.#handlers.onText(text);
        },
        onEnd,
      });
    } catch (error) {
      onEnd({ code: 1006, reason: error instanceof Error ? error.message : 'connect failed' });
    }
  }

  /** False when there is no open socket to take it. */
  send(frame: ClientFrame): boolean {
    if (!this.#open || this.#socket === null) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** After so long without any frame the connection counts as dead. */
  expectFrameWithin(ms: number): void {
    this.#silenceMs = ms;
    this.#watch(ms);
  }

  /** Ends the connection at once, and opens another one. */
  drop(reason: string): void {
    const socket = this.#socket;
    if (socket === null) return;
    // A dead peer may leave the socket's own end waiting.
    this.#ended({ code: 1006, reason });
    socket.terminate();
  }

  /** How long to wait once the server ends this connection. */
  planReconnect(delayMs: number): void {
    this.#nextDelay = delayMs;
  }

  refuse(retryAfterMs: number | undefined): void {
    this.#nextDelay = askedDelay(retryAfterMs ?? REFUSED_DELAY_MS, this.#system.random());
  }

  stop(): void {
    this.#stopped = true;
    this.#attempt += 1;
    this.#timeline.cancel(this.#reconnect);
    this.#timeline.cancel(this.#silence);
    const socket = this.#socket;
    this.#socket = null;
    if (socket !== null) {
      if (this.#open) socket.close(CLOSE_NORMAL);
      else socket.terminate();
    }
    this.#open = false;
  }

  #watch(ms: number): void {
    this.#timeline.schedule(this.#silence, this.#timeline.now() + ms);
  }

  #opened(): void {
    this.#open = true;
    this.#openedAt = this.#timeline.now();
    this.#watch(this.#silenceMs);
    this.#handlers.onOpen();
  }

  #ended(end: SocketEnd): void {
    // What this socket still says is no longer of interest.
    this.#attempt += 1;
    const now = this.#timeline.now();
    const stable = this.#open && now - this.#openedAt >= STABLE_MS;
    this.#socket = null;
    this.#open = false;
    this.#timeline.cancel(this.#silence);
    if (this.#stopped) return;
    if (end.status === 401 || end.status === 403) this.refuse(undefined);
    if (stable) this.#failures = 0;
    const delay = this.#nextDelay ?? reconnectDelay(this.#failures, this.#system.random());
    this.#failures += 1;
    this.#nextDelay = null;
    this.#timeline.schedule(this.#reconnect, now + delay);
    this.#handlers.onLost(end);
  }
}

import { type ClientFrame } from '@recloser/protocol';
import {
  type SocketEnd,
  type SocketHandlers,
  type System,
  type SystemSocket,
} from '../platform/system.js';
import { type ScheduledTask, type Scheduler } from '../platform/scheduler.js';
import { askedDelay, LONGEST_DELAY_MS, reconnectDelay } from './backoff.js';
import { pollingUrl } from './endpoint.js';
import { type Border, GuardedSocket } from './guarded-socket.js';
import { PollingSocket } from './polling.js';

export interface ConnectionHandlers {
  /** How many instances there are, as the server last said. */
  readonly fleet?: number | undefined;
  /** The socket is open: say hello. */
  onOpen(): void;
  onText(text: string): void;
  onLost(end: SocketEnd): void;
}

export type ConnectionSystem = Pick<System, 'random' | 'request' | 'features'> &
  Required<Pick<System, 'connect'>>;

const CONNECT_TIMEOUT_MS = 10_000;
/** A connection that lived for so long was a good one: the next loss starts the waits afresh. */
const STABLE_MS = 10_000;
const REFUSED_DELAY_MS = 30_000;
/** After so many sockets in a row on which nothing ever came, polling is tried in between. */
const SILENT_SOCKETS_MAX = 3;
/** While polling, a socket is tried this often. */
const UPGRADE_MS = 60_000;
/** Two missing pings, and a little for the way. */
const SILENT_PINGS = 2.2;
const MIN_SILENCE_MS = 1_000;
const CLOSE_NORMAL = 1000;

/**
 * Keeps one connection open: opens a socket, watches it, and opens it again after a wait that spreads a fleet out.
 * Where no socket gets through it polls, and goes back as soon as one does.
 */
export class Connection {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #system: ConnectionSystem;
  readonly #scheduler: Scheduler;
  readonly #handlers: ConnectionHandlers;
  readonly #border: Border;
  readonly #reconnect: ScheduledTask;
  readonly #silence: ScheduledTask;
  readonly #upgrade: ScheduledTask;
  #socket: SystemSocket | null = null;
  /** A socket on trial while polling goes on. */
  #trial: SystemSocket | null = null;
  #hello: ClientFrame | null = null;
  #open = false;
  #receivedAny = false;
  #polling = false;
  #openedAt = 0;
  #failures = 0;
  /** Sockets in a row that received no frame. */
  #silentSockets = 0;
  #attempt = 0;
  #silenceMs = CONNECT_TIMEOUT_MS;
  #nextDelay: number | null = null;
  /** The server said how long to wait for the next try. */
  #asked = false;
  /** Somebody waits for the connection. */
  #hurry = false;
  #stopped = false;

  constructor(
    url: string,
    headers: Readonly<Record<string, string>>,
    system: ConnectionSystem,
    scheduler: Scheduler,
    handlers: ConnectionHandlers,
    border: Border,
  ) {
    this.#border = border;
    this.#url = url;
    this.#headers = headers;
    this.#system = system;
    this.#scheduler = scheduler;
    this.#handlers = handlers;
    this.#reconnect = scheduler.task(() => this.start());
    this.#silence = scheduler.task(() => this.drop('silent'));
    this.#upgrade = scheduler.task(() => this.#tryUpgrade());
  }

  get bufferedBytes(): number {
    return this.#socket?.bufferedBytes ?? 0;
  }

  /** No socket gets through: the state is asked for over HTTP. */
  get polling(): boolean {
    return this.#polling && this.#open;
  }

  start(): void {
    if (this.#stopped || this.#socket !== null) return;
    const attempt = (this.#attempt += 1);
    const ifCurrent =
      <A extends unknown[]>(run: (...about: A) => void) =>
      (...about: A): void => {
        if (attempt === this.#attempt) run(...about);
      };
    this.#receivedAny = false;
    this.#watch(CONNECT_TIMEOUT_MS);
    const handlers = {
      onOpen: ifCurrent(() => this.#opened()),
      onMessage: ifCurrent((text: string) => this.#message(text)),
      onEnd: ifCurrent((end: SocketEnd) => this.#ended(end)),
    };
    const socket = new GuardedSocket(handlers, this.#border);
    this.#socket = socket;
    socket.open((guarded) => this.#connect(this.#polling, guarded));
  }

  /**
   * Somebody waits: what has died while this process was stopped ends now, and another try is made without a wait. Not
   * when tries keep failing, or the server asked for patience.
   */
  wake(now: number): void {
    this.#hurry = true;
    if (now >= this.#silence.at) this.drop('silent');
    else if (this.#failures <= 1 && !this.#asked && this.#reconnect.at !== Infinity) {
      this.#scheduler.runBy(this.#reconnect, now);
    }
  }

  /** False when there is no open socket to take it, or it ended over it. */
  send(frame: ClientFrame): boolean {
    if (!this.#open || this.#socket === null) return false;
    if (frame.t === 'hello') this.#hello = frame;
    this.#socket.send(JSON.stringify(frame));
    return this.#open;
  }

  /** The server pings this often, in ms. Without any frame for two pings the connection counts as dead. */
  expectPings(everyMs: number): void {
    this.#silenceMs = Math.max(MIN_SILENCE_MS, everyMs * SILENT_PINGS);
    this.#watch(this.#silenceMs);
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
    this.#nextDelay = Math.min(delayMs, LONGEST_DELAY_MS);
  }

  refuse(retryAfterMs: number | undefined): void {
    this.#nextDelay = askedDelay(retryAfterMs ?? REFUSED_DELAY_MS, this.#system.random());
  }

  stop(): void {
    this.#stopped = true;
    this.#attempt += 1;
    this.#scheduler.cancel(this.#reconnect);
    this.#scheduler.cancel(this.#silence);
    this.#endTrial();
    const socket = this.#socket;
    this.#socket = null;
    if (socket !== null) {
      if (this.#open) socket.close(CLOSE_NORMAL);
      else socket.terminate();
    }
    this.#open = false;
  }

  #connect(polling: boolean, handlers: SocketHandlers): SystemSocket {
    const { request } = this.#system;
    const url = pollingUrl(this.#url);
    if (!polling || url === null || request === undefined) {
      return this.#system.connect(this.#url, this.#headers, handlers);
    }
    const http = { request, random: () => this.#system.random() };
    return new PollingSocket(url, this.#headers, http, this.#scheduler, handlers);
  }

  #watch(ms: number): void {
    this.#scheduler.schedule(this.#silence, this.#scheduler.now() + ms);
  }

  #opened(): void {
    this.#open = true;
    this.#openedAt = this.#scheduler.now();
    this.#watch(this.#silenceMs);
    if (this.#polling) this.#planUpgrade();
    this.#handlers.onOpen();
  }

  #message(text: string): void {
    this.#receivedAny = true;
    if (!this.#polling) this.#silentSockets = 0;
    this.#watch(this.#silenceMs);
    this.#handlers.onText(text);
  }

  #ended(end: SocketEnd): void {
    // What this socket still says is no longer of interest.
    this.#attempt += 1;
    const now = this.#scheduler.now();
    const stable = this.#open && now - this.#openedAt >= STABLE_MS;
    this.#socket = null;
    this.#open = false;
    this.#scheduler.cancel(this.#silence);
    this.#endTrial();
    if (this.#stopped) return;
    if (end.status === 401 || end.status === 403) this.refuse(undefined);
    if (stable) this.#failures = 0;
    const usual = reconnectDelay(this.#failures, this.#system.random(), this.#handlers.fleet ?? 1);
    const delay = this.#nextDelay ?? (this.#hurry && this.#failures === 0 ? 0 : usual);
    this.#asked = this.#nextDelay !== null;
    this.#nextDelay = null;
    this.#hurry = false;
    this.#chooseTransport(end);
    if (!this.#polling) this.#failures += 1;
    this.#scheduler.schedule(this.#reconnect, now + delay);
    this.#handlers.onLost(end);
  }

  /** Polls next after too many silent sockets; after polling, tries a socket again. */
  #chooseTransport(end: SocketEnd): void {
    if (this.#polling) {
      this.#polling = false;
      return;
    }
    if (end.unusable === true) this.#silentSockets = SILENT_SOCKETS_MAX;
    else if (!this.#receivedAny)
      this.#silentSockets += isNoUpgrade(end.status) ? SILENT_SOCKETS_MAX : 1;
    this.#polling = this.#silentSockets >= SILENT_SOCKETS_MAX && this.#system.request !== undefined;
  }

  #planUpgrade(): void {
    const wait = UPGRADE_MS * (1 - this.#system.random() / 2);
    this.#scheduler.schedule(this.#upgrade, this.#scheduler.now() + wait);
  }

  /** Sees whether a socket gets through by now. Polling goes on until it has brought a frame. */
  #tryUpgrade(): void {
    this.#endTrial();
    this.#planUpgrade();
    const trial: SystemSocket & Pick<GuardedSocket, 'open'> = new GuardedSocket(
      {
        onOpen: () => trial.send(JSON.stringify(this.#hello)),
        onMessage: (text) => {
          if (this.#trial === trial) this.#switchTo(trial);
          if (this.#socket === trial) this.#message(text);
        },
        onEnd: (end) => {
          if (this.#trial === trial) this.#trial = null;
          if (this.#socket === trial) this.#ended(end);
        },
      },
      this.#border,
    );
    this.#trial = trial;
    trial.open((handlers) => this.#connect(false, handlers));
  }

  #switchTo(socket: SystemSocket): void {
    const polling = this.#socket;
    this.#trial = null;
    this.#attempt += 1;
    this.#scheduler.cancel(this.#upgrade);
    this.#socket = socket;
    this.#polling = false;
    this.#failures = 0;
    this.#openedAt = this.#scheduler.now();
    polling?.terminate();
  }

  #endTrial(): void {
    this.#scheduler.cancel(this.#upgrade);
    const trial = this.#trial;
    this.#trial = null;
    trial?.terminate();
  }
}

/** Whether something answered that knows no sockets. A refused key or a busy server is another matter. */
function isNoUpgrade(status: number | undefined): boolean {
  return status !== undefined && status < 500 && ![401, 403, 429].includes(status);
}

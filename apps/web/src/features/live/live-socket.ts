import type { ConsoleServerFrame } from '@recloser/protocol';
import { SIGNED_IN_EVENT } from '@/lib/session-guard';

/** The feed speaks every second; silence for longer means that nobody is there. */
const SILENCE_MS = 8_000;
const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 8_000;
const FRAMES: readonly string[] = ['snapshot', 'changes', 'metrics', 'ping', 'error'];

export interface LiveSocketEvents {
  readonly onFrame: (frame: ConsoleServerFrame) => void;
  readonly onLost: () => void;
  /** After every failed attempt: lets the page find out whether the session has ended. */
  readonly onRefused: () => void;
}

interface Watched {
  readonly project: string;
  readonly environment: string;
}

/** One frame, or null for anything that this console does not know. */
function parse(data: unknown): ConsoleServerFrame | null {
  if (typeof data !== 'string') return null;
  try {
    const value: unknown = JSON.parse(data);
    if (typeof value !== 'object' || value === null || !('t' in value)) return null;
    return FRAMES.includes(String(value.t)) ? (value as ConsoleServerFrame) : null;
  } catch {
    return null;
  }
}

/** Keeps one connection to the console feed alive until `close`. */
export class LiveSocket {
  #socket: WebSocket | null = null;
  #attempts = 0;
  #closed = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly watched: Watched,
    private readonly events: LiveSocketEvents,
  ) {
    addEventListener('online', this.#reconnectNow);
    addEventListener('offline', this.#drop);
    addEventListener(SIGNED_IN_EVENT, this.#reconnectNow);
    document.addEventListener('visibilitychange', this.#reconnectNow);
    this.#connect();
  }

  close(): void {
    this.#closed = true;
    removeEventListener('online', this.#reconnectNow);
    removeEventListener('offline', this.#drop);
    removeEventListener(SIGNED_IN_EVENT, this.#reconnectNow);
    document.removeEventListener('visibilitychange', this.#reconnectNow);
    clearTimeout(this.#retry);
    clearTimeout(this.#silence);
    this.#socket?.close();
  }

  #connect(): void {
    const url = new URL('/v1/console', location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(url);
    this.#socket = socket;
    let opened = false;
    this.#listenForSilence();
    socket.onopen = () => {
      opened = true;
      socket.send(JSON.stringify({ t: 'watch', ...this.watched }));
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (socket === this.#socket) this.#receive(data);
    };
    socket.onclose = () => {
      if (socket !== this.#socket || this.#closed) return;
      this.events.onLost();
      if (!opened) this.events.onRefused();
      this.#retryLater();
    };
  }

  #receive(data: unknown): void {
    this.#attempts = 0;
    this.#listenForSilence();
    const frame = parse(data);
    if (frame === null) return;
    if (frame.t === 'ping') this.#socket?.send('{"t":"pong"}');
    this.events.onFrame(frame);
  }

  #listenForSilence(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(this.#drop, SILENCE_MS);
  }

  readonly #drop = (): void => {
    const silent = this.#socket;
    if (silent === null || this.#closed) return;
    // A dead peer never answers the closing handshake: do not wait for it.
    this.#socket = null;
    silent.close();
    this.events.onLost();
    this.#retryLater();
  };

  #retryLater(): void {
    clearTimeout(this.#retry);
    clearTimeout(this.#silence);
    this.#socket = null;
    const delay = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** this.#attempts);
    this.#attempts += 1;
    this.#retry = setTimeout(
      () => {
        this.#connect();
      },
      delay * (0.5 + Math.random() / 2),
    );
  }

  readonly #reconnectNow = (): void => {
    if (this.#closed || this.#socket !== null || document.visibilityState === 'hidden') return;
    clearTimeout(this.#retry);
    this.#attempts = 0;
    this.#connect();
  };
}

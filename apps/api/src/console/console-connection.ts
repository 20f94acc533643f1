import { TokenBucket } from '@recloser/hub';
import {
  RecloserError,
  isRecloserError,
  parseConsoleClientFrame,
  type ConsoleClientFrame,
  type ConsoleErrorFrame,
  type ErrorCode,
  type WatchFrame,
} from '@recloser/protocol';
import { problemOf, type Log } from '@recloser/server';
import { WebSocket, type RawData } from 'ws';
import { textOf } from '../realtime/text-of.js';
import type { Watcher } from './console-feed.js';

const MAX_BUFFERED = 4 * 1024 * 1024;
const PING_MS = 10_000;
/** Pings without an answer before the connection counts as dead. */
const MAX_UNANSWERED = 2;
/** How often it is asked whether the person is still signed in, in pings. */
const CHECK_EVERY = 3;

/** A person who switches between environments sends a few frames a second at most. */
const FRAMES = { perSecond: 2, burst: 20 };
/** Frames beyond those, until the connection is closed. */
const EXCESS = { perSecond: 0.1, burst: 20 };
/** Frames that cannot be read, until the connection is closed. */
const STRIKES = { perSecond: 0.1, burst: 10 };

const CLOSE_SIGNED_OUT = 4001;
const CLOSE_BEHIND = 4008;
const CLOSE_RATE = 4029;
const CLOSE_POLICY = 1008;

export interface ConsoleConnectionOptions {
  readonly socket: WebSocket;
  readonly log: Log;
  /** Follows an environment; resolves to how to stop. */
  readonly watch: (frame: WatchFrame, watcher: Watcher) => Promise<() => void>;
  readonly stillSignedIn: () => Promise<boolean>;
}

/** One console: follows one environment at a time. */
export class ConsoleConnection {
  readonly #options: ConsoleConnectionOptions;
  readonly #socket: WebSocket;
  readonly #timer: NodeJS.Timeout;
  readonly #limits: Readonly<Record<'frames' | 'excess' | 'strikes', TokenBucket>>;
  #unwatch: (() => void) | null = null;
  /** Resolves when the environment that was asked for before is answered. */
  #answered: Promise<void> = Promise.resolve();
  #wanted = 0;
  #unanswered = 0;
  #pings = 0;

  constructor(options: ConsoleConnectionOptions) {
    this.#options = options;
    this.#socket = options.socket;
    const now = performance.now();
    const bucket = ({ perSecond, burst }: typeof FRAMES) => new TokenBucket(perSecond, burst, now);
    this.#limits = { frames: bucket(FRAMES), excess: bucket(EXCESS), strikes: bucket(STRIKES) };
    this.#timer = setInterval(() => this.#ping(), PING_MS);
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => this.#closed());
  }

  #closed(): void {
    clearInterval(this.#timer);
    this.#wanted += 1;
    this.#unwatch?.();
    this.#unwatch = null;
  }

  /** Reads a frame. Returns null, and tells the console why, if it is too large, malformed, or one too many. */
  read(data: RawData, isBinary: boolean): ConsoleClientFrame | null {
    if (isBinary) {
      this.#socket.close(CLOSE_POLICY, 'send text frames');
      return null;
    }
    // What is in the pipe when the socket is being closed still arrives.
    if (this.#socket.readyState !== WebSocket.OPEN || !this.#mayGoOn()) return null;
    const parsed = parseConsoleClientFrame(textOf(data));
    if (parsed.ok) {
      this.#unanswered = 0;
      return parsed.frame;
    }
    this.#error(parsed.code, parsed.message);
    if (!this.#limits.strikes.take(performance.now())) {
      this.#socket.close(CLOSE_POLICY, 'too many frames that could not be read');
    }
    return null;
  }

  #mayGoOn(): boolean {
    const now = performance.now();
    if (this.#limits.frames.take(now)) return true;
    const message = `At most ${FRAMES.perSecond} frames a second: send fewer.`;
    if (this.#limits.excess.take(now)) this.#error('rate_limited' satisfies ErrorCode, message);
    else this.#socket.close(CLOSE_RATE, 'too many frames');
    return false;
  }

  /** Watches one environment after another, and of those that were asked for meanwhile only the last. */
  watch(frame: WatchFrame): void {
    // It may have closed since the frame was read.
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    const wanted = (this.#wanted += 1);
    this.#unwatch?.();
    this.#unwatch = null;
    this.#answered = this.#answered.then(async () => {
      if (wanted === this.#wanted) await this.#answer(frame, wanted);
    });
  }

  async #answer(frame: WatchFrame, wanted: number): Promise<void> {
    try {
      // Frames of an environment that is not wanted any more stop at once, also while the next is being read.
      const unwatch = await this.#options.watch(frame, (text) => {
        if (wanted === this.#wanted) this.#send(text);
      });
      if (wanted === this.#wanted) this.#unwatch = unwatch;
      else unwatch();
    } catch (error) {
      const { body } = problemOf(error);
      if (!isRecloserError(error))
        this.#options.log.error({ err: error }, 'a console cannot watch');
      if (wanted === this.#wanted) this.#error(body.code, body.detail);
    }
  }

  #send(text: string): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#socket.bufferedAmount > MAX_BUFFERED) this.#socket.close(CLOSE_BEHIND, 'too slow');
    else this.#socket.send(text);
  }

  #error(code: string, message: string): void {
    this.#send(JSON.stringify({ t: 'error', code, message } satisfies ConsoleErrorFrame));
  }

  #ping(): void {
    if (this.#unanswered >= MAX_UNANSWERED) {
      this.#socket.terminate();
      return;
    }
    this.#unanswered += 1;
    this.#pings += 1;
    this.#send('{"t":"ping"}');
    if (this.#pings % CHECK_EVERY === 0) void this.#checkSession();
  }

  async #checkSession(): Promise<void> {
    try {
      if (await this.#options.stillSignedIn()) return;
      this.#error('unauthenticated' satisfies ErrorCode, 'You are signed out. Sign in again.');
      this.#socket.close(CLOSE_SIGNED_OUT, 'signed out');
    } catch (error) {
      this.#options.log.debug({ err: error }, 'a session could not be checked');
    }
  }
}

export const signedOut = (): RecloserError =>
  new RecloserError('unauthenticated', 'Sign in, then connect again.');

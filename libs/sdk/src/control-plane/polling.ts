import { type ClientFrame, type Instance } from '@recloser/protocol';
import {
  type HttpAnswer,
  type HttpRequest,
  type SocketHandlers,
  type System,
  type SystemSocket,
} from '../platform/system.js';
import { type ScheduledTask, type Scheduler } from '../platform/scheduler.js';

const POLL_MS = 3_000;
const MIN_POLL_MS = 250;
/** Frames wait so long for others to go with them. */
const POST_DELAY_MS = 50;
const MIN_POST_GAP_MS = 250;
const FRAMES_PER_POST = 50;
/** The server forgets who says nothing for a minute. */
const KEEP_ALIVE_MS = 20_000;
const TIMEOUT_MS = 10_000;

/** The part of the system that polling needs. */
export type Http = NonNullable<System['request']>;

/**
 * A socket's stand-in where none gets through: asks for the state with ETag every few seconds, and posts what it is
 * given to send. To its user it is a socket: an unchanged state comes as a ping, which renews the lease.
 */
export class PollingSocket implements SystemSocket {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #http: Http;
  readonly #random: () => number;
  readonly #scheduler: Scheduler;
  readonly #handlers: SocketHandlers;
  readonly #connection: string;
  readonly #poll: ScheduledTask;
  readonly #post: ScheduledTask;
  #instance: Instance | null = null;
  #tag: string | null = null;
  #open = false;
  #ended = false;
  #polling = false;
  #posting = false;
  #pollMs = POLL_MS;
  #postedAt = -Infinity;
  #queue: string[] = [];
  #queuedChars = 0;

  constructor(
    url: string,
    headers: Readonly<Record<string, string>>,
    system: { readonly request: Http; random(): number },
    scheduler: Scheduler,
    handlers: SocketHandlers,
  ) {
    this.#url = url;
    this.#headers = headers;
    this.#http = (to, options) => system.request(to, options);
    this.#random = () => system.random();
    this.#scheduler = scheduler;
    this.#handlers = handlers;
    this.#connection = Math.floor(system.random() * 2 ** 48).toString(36);
    this.#poll = scheduler.task(() => this.#guard(this.#ask()));
    this.#post = scheduler.task((now) => this.#guard(this.#tell(now)));
    scheduler.runBy(this.#poll, scheduler.now());
  }

  get bufferedBytes(): number {
    return this.#queuedChars;
  }

  send(text: string): void {
    const frame = JSON.parse(text) as ClientFrame;
    const now = this.#scheduler.now();
    if (frame.t === 'hello') {
      this.#instance = frame.instance;
    } else if (frame.t !== 'pong' || now - this.#postedAt >= KEEP_ALIVE_MS) {
      this.#queue.push(text);
      this.#queuedChars += text.length;
      this.#planPost(now);
    }
  }

  close(): void {
    this.#stop();
  }

  terminate(): void {
    this.#stop();
  }

  #planPost(now: number): void {
    const due = Math.max(now + POST_DELAY_MS, this.#postedAt + MIN_POST_GAP_MS);
    if (!this.#posting) this.#scheduler.runBy(this.#post, due);
  }

  async #ask(): Promise<void> {
    if (this.#polling || this.#ended) return;
    this.#polling = true;
    const known = this.#tag;
    const answer = await this.#request('/snapshot', {
      method: 'GET',
      headers: {
        ...this.#headers,
        'recloser-features': 'parts',
        ...(known !== null && { 'if-none-match': known }),
      },
    });
    this.#polling = false;
    if (answer === null) return;
    const { header } = answer;
    this.#pollMs = Math.max(MIN_POLL_MS, Number(header('recloser-poll-ms') ?? POLL_MS) || POLL_MS);
    this.#tag = strongTag(header('etag'));
    if (!this.#open) {
      this.#open = true;
      this.#handlers.onOpen();
    }
    const lease = header('recloser-lease') === 'true';
    // A frame a line; servers of before know one frame alone.
    if (answer.status === 200) answer.text.split('\n').forEach((text) => this.#hear(text));
    else this.#handlers.onMessage(JSON.stringify({ t: 'ping', id: 0, lease }));
    this.#planPoll(this.#pollMs * (0.8 + 0.2 * this.#random()));
  }

  async #tell(now: number): Promise<void> {
    if (this.#posting || this.#ended || this.#queue.length === 0) return;
    this.#posting = true;
    this.#postedAt = now;
    const frames = this.#queue.splice(0, FRAMES_PER_POST).join(',');
    const from = JSON.stringify({
      instance: this.#instance,
      connection: this.#connection,
      ...(this.#tag !== null && { state: this.#tag }),
    });
    const answer = await this.#request('/frames', {
      method: 'POST',
      headers: { ...this.#headers, 'content-type': 'application/json' },
      body: `${from.slice(0, -1)},"frames":[${frames}]}`,
    });
    this.#posting = false;
    if (answer === null) return;
    this.#queuedChars = this.#queue.join('').length;
    if (this.#queue.length > 0) this.#planPost(this.#scheduler.now());
    this.#answered(answer.text);
  }

  #answered(text: string): void {
    const { state, frames } = readAnswer(text);
    for (const frame of frames) {
      if (!this.#ended) this.#handlers.onMessage(JSON.stringify(frame));
    }
    // Something has changed: no need to wait for the next poll.
    if (state !== null && state !== this.#tag) this.#planPoll(0);
  }

  #hear(text: string): void {
    if (text !== '' && !this.#ended) this.#handlers.onMessage(text);
  }

  #planPoll(ms: number): void {
    if (!this.#ended) this.#scheduler.runBy(this.#poll, this.#scheduler.now() + ms);
  }

  /** Whatever is wrong with an answer ends this socket. */
  #guard(exchange: Promise<void>): void {
    exchange.catch((error: unknown) => this.#lose(reasonOf(error)));
  }

  #lose(reason: string, status?: number): void {
    if (this.#ended) return;
    this.#stop();
    this.#handlers.onEnd({ code: 1006, reason, ...(status === undefined ? {} : { status }) });
  }

  /** Null when this socket has ended, also by this request. */
  async #request(
    path: string,
    options: Omit<HttpRequest, 'timeoutMs'>,
  ): Promise<HttpAnswer | null> {
    try {
      const answer = await this.#http(this.#url + path, { ...options, timeoutMs: TIMEOUT_MS });
      if (this.#ended) return null;
      const { status } = answer;
      if (status === 200 || status === 304) return answer;
      this.#lose(`HTTP ${status}`, status);
    } catch (error) {
      this.#lose(reasonOf(error));
    }
    return null;
  }

  #stop(): void {
    this.#ended = true;
    this.#scheduler.drop(this.#poll);
    this.#scheduler.drop(this.#post);
  }
}

/** A proxy that compresses makes a tag weak. It names the same state as before. */
function strongTag(tag: string | null): string | null {
  return tag?.replace(/^W\//, '') ?? null;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'request failed';
}

function readAnswer(text: string): { state: string | null; frames: readonly unknown[] } {
  try {
    const answer = JSON.parse(text) as { state?: unknown; frames?: unknown } | null;
    const { state, frames } = answer ?? {};
    return {
      state: typeof state === 'string' ? state : null,
      frames: Array.isArray(frames) ? frames : [],
    };
  } catch {
    return { state: null, frames: [] };
  }
}

import {
  CLOSE_CODES,
  type ClientFrame,
  type CloseReason,
  type DiscoverFrame,
  type ErrorCode,
  type HelloFrame,
  type Instance,
  parseClientFrame,
  type ProbeResultFrame,
  SDK_PROTOCOL_VERSION,
  type SignalFrame,
} from '@recloser/protocol';
import type { Group } from '../signals/accumulator.js';
import type { Reporter } from '../signals/reporter.js';
import type { SdkConnection } from '../hub.js';
import type { HubStats, HubTuning, SdkSocket } from '../ports.js';
import type { Chunk, Payload } from '../replication/payload.js';
import type { Understood } from '../replication/sync.js';
import { TokenBucket } from './token-bucket.js';
import { serializeError, serializeGot } from '../replication/serialize.js';

/** What a session hands on; the hub behind it. */
export interface SessionHost {
  readonly tuning: HubTuning;
  readonly stats: HubStats;
  now(): number;
  hello(session: SdkSession, frame: HelloFrame): void;
  ack(session: SdkSession): void;
  /** The frame came `waitedMs` ago. */
  signal(session: SdkSession, frame: SignalFrame, waitedMs: number): void;
  discover(session: SdkSession, frame: DiscoverFrame): void;
  probe(session: SdkSession, frame: ProbeResultFrame): void;
  left(session: SdkSession): void;
}

/** Frames that cannot be read: ten are forgiven, and one more every ten seconds. */
const MALFORMED_BUDGET = { perSecond: 0.1, burst: 10 };
/** Frames above the rate are ignored; this many of them, and the connection ends. */
const OVER_RATE_BUDGET = { perSecond: 20, burst: 1_000 };
/** Errors told to one client. */
const ERROR_BUDGET = { perSecond: 2, burst: 20 };
const MAX_REPLY_CREDIT = 10_000;
const RETRY_MS = 30_000;

/** Frames that wait while a message is on its way in fragments. */
const MOST_WAITING = 1_000;
/** Bytes of one UTF-16 unit in UTF-8. */
const BYTES_AT_MOST = 3;

/** A state on its way to one session, and the index of the chunk that is next. */
export interface Outgoing {
  readonly payload: Payload;
  next: number;
}

/** One SDK connection: reads its frames, keeps what it said, and refuses what does not fit. */
export class SdkSession implements SdkConnection {
  readonly keyId: string;
  readonly openedAt: number;
  instance: Instance | null = null;
  /** What the hello asked to resume from. */
  resume: HelloFrame['resume'];
  /** Where its counts are added up. */
  group: Group | null = null;
  /** Who its counts are of. */
  reporter: Reporter | null = null;
  /** True once it has been sent a state: from then on it gets every change. */
  synced = false;
  isClosed = false;
  /** The state that it is being sent; null: none. */
  outgoing: Outgoing | null = null;
  /** When it last took a part of a state. */
  progressedAt = Number.NEGATIVE_INFINITY;
  sentSeq = 0;
  /** The last seq that it got with everyone else, not in answer to its hello. */
  pushedSeq = 0;
  ackedSeq = 0;
  lagMs = 0;
  heardAt: number;
  /** When it told or was asked for its counts last. */
  reportedAt = Number.NEGATIVE_INFINITY;
  connectedAt = 0;
  nextPingAt = Number.POSITIVE_INFINITY;
  unanswered = 0;
  /** Place in the list of live sessions. */
  index = -1;
  readonly #socket: SdkSocket;
  readonly #host: SessionHost;
  readonly #frames: TokenBucket;
  readonly #malformedBudget: TokenBucket;
  readonly #overRateBudget: TokenBucket;
  readonly #errorBudget: TokenBucket;
  #lastBatch = 0;
  #replyCredit = 0;
  /** What must not come between the fragments of a message. */
  #waiting: string[] = [];
  #inMessage = false;
  /** Length of the longest frame that was sent. */
  #longest = 0;

  constructor(socket: SdkSocket, keyId: string, host: SessionHost) {
    const now = host.now();
    this.keyId = keyId;
    this.openedAt = now;
    this.heardAt = now;
    this.#socket = socket;
    this.#host = host;
    this.#frames = new TokenBucket(host.tuning.framesPerSecond, host.tuning.frameBurst, now);
    this.#malformedBudget = new TokenBucket(
      MALFORMED_BUDGET.perSecond,
      MALFORMED_BUDGET.burst,
      now,
    );
    this.#overRateBudget = new TokenBucket(OVER_RATE_BUDGET.perSecond, OVER_RATE_BUDGET.burst, now);
    this.#errorBudget = new TokenBucket(ERROR_BUDGET.perSecond, ERROR_BUDGET.burst, now);
  }

  receive(text: string, waitedMs = 0): void {
    if (this.isClosed) return;
    const { stats } = this.#host;
    const now = this.#host.now();
    stats.frames += 1;
    this.heardAt = now;
    this.unanswered = 0;
    // Each frame that was sent may be answered, however many those were.
    if (this.#replyCredit > 0) this.#replyCredit -= 1;
    else if (!this.#frames.take(now)) {
      this.#tooFast(now);
      return;
    }
    const parsed = parseClientFrame(text);
    if (parsed.ok) {
      this.#handle(parsed.frame, waitedMs);
      return;
    }
    stats.framesRefused += 1;
    if (parsed.code === 'unknown_frame') this.sendError(parsed.code, parsed.message);
    else this.#rejectMalformed(parsed.code, parsed.message);
  }

  closed(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#host.left(this);
  }

  get understood(): Understood {
    const features = this.instance?.features ?? [];
    return { parts: features.includes('parts'), deflate: features.includes('deflate') };
  }

  hasRoom(bytes: number): boolean {
    return this.#socket.bufferedBytes() <= bytes;
  }

  /** Sends the next piece of a state; there has to be room for it. */
  sendChunk(chunk: Chunk, now: number): void {
    this.#socket.sendChunk(chunk);
    this.progressedAt = now;
    this.#inMessage = chunk.place === 'first' || chunk.place === 'middle';
    this.#longest = Math.max(this.#longest, chunk.text.length);
    if (this.#inMessage) return;
    this.#replyCredit = Math.min(MAX_REPLY_CREDIT, this.#replyCredit + 1);
    for (const text of this.#waiting.splice(0)) this.send(text);
  }

  /** Sends a change that goes to all. False when it is closed. */
  sendChange(chunk: Chunk): boolean {
    if (!this.#mayTake()) return false;
    this.#socket.sendChunk(chunk);
    this.#sent(chunk.text);
    return true;
  }

  /** Sends, or drops a connection that does not read what it was sent. False when it is closed. */
  send(text: string): boolean {
    if (this.#inMessage && !this.isClosed && this.#waiting.length < MOST_WAITING) {
      this.#waiting.push(text);
      return true;
    }
    if (!this.#mayTake()) return false;
    this.#socket.send(text);
    this.#sent(text);
    return true;
  }

  /** False when it is closed, which it is when it does not read what it was sent. */
  #mayTake(): boolean {
    if (this.isClosed) return false;
    const { maxBufferedBytes } = this.#host.tuning;
    // A single frame may be longer than the bound: to have it under way is no reason to be cut off.
    if (this.#socket.bufferedBytes() > Math.max(maxBufferedBytes, BYTES_AT_MOST * this.#longest)) {
      this.#host.stats.slowConsumers += 1;
      this.end('slow_consumer');
      return false;
    }
    return true;
  }

  #sent(text: string): void {
    this.#longest = Math.max(this.#longest, text.length);
    this.#replyCredit = Math.min(MAX_REPLY_CREDIT, this.#replyCredit + 1);
  }

  /** Sends a non-fatal error frame. */
  sendError(code: ErrorCode, message: string): void {
    if (!this.#errorBudget.take(this.#host.now())) return;
    this.send(serializeError({ code, message, fatal: false }));
  }

  /** Sends a fatal error frame, and closes the connection. */
  closeWithError(reason: CloseReason, code: ErrorCode, message: string): void {
    const later = CLOSE_CODES[reason].reconnect === 'later';
    const retry = later ? { retryAfterMs: RETRY_MS } : {};
    this.send(serializeError({ code, message, fatal: true, ...retry }));
    this.end(reason);
  }

  end(reason: CloseReason, text: string = reason): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#socket.close(CLOSE_CODES[reason].code, text);
    this.#host.left(this);
  }

  #handle(frame: ClientFrame, waitedMs: number): void {
    if (frame.t === 'hello') this.#hello(frame);
    else if (this.instance === null) this.#early(frame.t);
    else this.#live(frame, waitedMs);
  }

  #hello(frame: HelloFrame): void {
    if (this.instance !== null) {
      this.#rejectMalformed('unexpected_frame', 'hello was said already on this connection');
      return;
    }
    if (frame.v > SDK_PROTOCOL_VERSION) {
      const message = `this server speaks version ${SDK_PROTOCOL_VERSION}: upgrade it, or use an older SDK`;
      this.closeWithError('unsupported_version', 'unsupported_version', message);
      return;
    }
    this.#host.hello(this, frame);
  }

  #live(frame: Exclude<ClientFrame, HelloFrame>, waitedMs: number): void {
    switch (frame.t) {
      case 'ack':
        this.#ack(frame.seq);
        return;
      case 'signal':
        this.#signal(frame, waitedMs);
        return;
      case 'discover':
        this.#host.discover(this, frame);
        return;
      case 'probe':
        this.#host.probe(this, frame);
        return;
      case 'goodbye':
        this.end('going_away', 'goodbye');
        return;
      case 'pong':
    }
  }

  #ack(seq: number): void {
    if (seq > this.sentSeq) {
      this.sendError('future_seq', `seq ${seq} was not sent yet: the last one is ${this.sentSeq}`);
      return;
    }
    if (seq <= this.ackedSeq) return;
    this.ackedSeq = seq;
    this.#host.ack(this);
  }

  #signal(frame: SignalFrame, waitedMs: number): void {
    const { stats } = this.#host;
    if (frame.n > this.#lastBatch) {
      this.#lastBatch = frame.n;
      this.lagMs = frame.lag ?? 0;
      stats.batches += 1;
      this.#host.signal(this, frame, waitedMs);
    } else {
      stats.batchesReplayed += 1;
    }
    this.send(serializeGot(frame.n));
  }

  #early(kind: string): void {
    const message = `the first frame must be hello, not ${kind}`;
    this.closeWithError('protocol_error', 'unexpected_frame', message);
  }

  #tooFast(now: number): void {
    const { stats, tuning } = this.#host;
    stats.framesRateLimited += 1;
    const message = `at most ${tuning.framesPerSecond} frames a second: this one was ignored`;
    if (this.#overRateBudget.take(now)) this.sendError('rate_limited', message);
    else this.closeWithError('rate_limited', 'rate_limited', message);
  }

  #rejectMalformed(code: ErrorCode, message: string): void {
    if (this.instance !== null && this.#malformedBudget.take(this.#host.now())) {
      this.sendError(code, message);
    } else {
      this.closeWithError('protocol_error', code, message);
    }
  }
}

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
import type { Group } from '../counting/accumulator.js';
import type { Reporter } from '../counting/census-cell.js';
import type { SdkConnection } from '../hub.js';
import type { HubStats, HubTuning, SdkSocket } from '../ports.js';
import type { Chunk, Payload } from '../sync/payload.js';
import type { Understood } from '../sync/sync.js';
import { TokenBucket } from './token-bucket.js';
import { errorText, gotText } from '../sync/wire.js';

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
const STRIKES = { perSecond: 0.1, burst: 10 };
/** Frames above the rate are ignored; this many of them, and the connection ends. */
const EXCESS = { perSecond: 20, burst: 1_000 };
/** Errors told to one client. */
const COMPLAINTS = { perSecond: 2, burst: 20 };
const MAX_OWED = 10_000;
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
  readonly #strikes: TokenBucket;
  readonly #excess: TokenBucket;
  readonly #complaints: TokenBucket;
  #lastBatch = 0;
  #owed = 0;
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
    this.#strikes = new TokenBucket(STRIKES.perSecond, STRIKES.burst, now);
    this.#excess = new TokenBucket(EXCESS.perSecond, EXCESS.burst, now);
    this.#complaints = new TokenBucket(COMPLAINTS.perSecond, COMPLAINTS.burst, now);
  }

  receive(text: string, waitedMs = 0): void {
    if (this.isClosed) return;
    const { stats } = this.#host;
    const now = this.#host.now();
    stats.frames += 1;
    this.heardAt = now;
    this.unanswered = 0;
    // Each frame that was sent may be answered, however many those were.
    if (this.#owed > 0) this.#owed -= 1;
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
    if (parsed.code === 'unknown_frame') this.complain(parsed.code, parsed.message);
    else this.#strike(parsed.code, parsed.message);
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
    this.#owed = Math.min(MAX_OWED, this.#owed + 1);
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
    this.#owed = Math.min(MAX_OWED, this.#owed + 1);
  }

  /** Tells the client about a mistake that the connection survives. */
  complain(code: ErrorCode, message: string): void {
    if (!this.#complaints.take(this.#host.now())) return;
    this.send(errorText({ code, message, fatal: false }));
  }

  /** Tells the client why, and closes. */
  refuse(reason: CloseReason, code: ErrorCode, message: string): void {
    const later = CLOSE_CODES[reason].reconnect === 'later';
    const retry = later ? { retryAfterMs: RETRY_MS } : {};
    this.send(errorText({ code, message, fatal: true, ...retry }));
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
      this.#strike('unexpected_frame', 'hello was said already on this connection');
      return;
    }
    if (frame.v > SDK_PROTOCOL_VERSION) {
      const message = `this server speaks version ${SDK_PROTOCOL_VERSION}: upgrade it, or use an older SDK`;
      this.refuse('unsupported_version', 'unsupported_version', message);
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
      this.complain('future_seq', `seq ${seq} was not sent yet: the last one is ${this.sentSeq}`);
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
    this.send(gotText(frame.n));
  }

  #early(kind: string): void {
    const message = `the first frame must be hello, not ${kind}`;
    this.refuse('protocol_error', 'unexpected_frame', message);
  }

  #tooFast(now: number): void {
    const { stats, tuning } = this.#host;
    stats.framesRateLimited += 1;
    const message = `at most ${tuning.framesPerSecond} frames a second: this one was ignored`;
    if (this.#excess.take(now)) this.complain('rate_limited', message);
    else this.refuse('rate_limited', 'rate_limited', message);
  }

  #strike(code: ErrorCode, message: string): void {
    if (this.instance !== null && this.#strikes.take(this.#host.now())) {
      this.complain(code, message);
    } else {
      this.refuse('protocol_error', code, message);
    }
  }
}

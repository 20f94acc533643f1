import {
  ADMISSION_ALL,
  BUCKET_MS,
  compileBreaker,
  type CompiledBreaker,
  verdictOf,
  VERDICT_REJECTED,
} from '@recloser/core';
import type { ServerFrame } from '@recloser/protocol';
import type { ApiNode } from './api-node.js';
import { BREAKER } from './instance.js';
import { Link, type LinkEnd } from './link.js';
import type { Network, NetworkNode } from './network.js';
import type { Random } from './random.js';
import type { Scheduled, Scheduler } from './scheduler.js';

const FLUSH_MS = 1_000;
const URGENT_MS = 50;
const ACK_AFTER_MS = 50;
const ACK_SPREAD_MS = 50;
const CALL_MS = 30;
const ACCOUNTS = 10_000;

/** What all instances share and tell. */
export interface LightFleet {
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly random: Random;
  readonly frames: FrameReader;
  /** One instance's calls, per second. */
  readonly callsPerSecond: number;
  isHealthy(): boolean;
  /** A frame went to the control plane. */
  sent(text: string): void;
  /** A frame came from it. */
  received(text: string): void;
  applied(seq: number): void;
}

/** A state frame goes to all in the same words: it is read once. */
export class FrameReader {
  #text = '';
  #frame: ServerFrame | null = null;
  #breaker: CompiledBreaker | null = null;

  read(text: string): ServerFrame {
    if (text === this.#text && this.#frame !== null) return this.#frame;
    const frame = JSON.parse(text) as ServerFrame;
    if (frame.t !== 'full' && frame.t !== 'delta') return frame;
    const view = frame.breakers.find(({ key }) => key === BREAKER);
    if (view !== undefined) this.#breaker = compileBreaker(view);
    this.#text = text;
    this.#frame = frame;
    return frame;
  }

  /** The breaker as of the state frame that was read last. */
  get breaker(): CompiledBreaker | null {
    return this.#breaker;
  }
}

/**
 * An instance as the control plane sees it, in a few hundred bytes: it says hello, decides by the core, counts, flushes,
 * acknowledges and probes as the SDK does, and knows no more of it than that. For fleets too large for the SDK itself.
 */
export class LightInstance implements NetworkNode, LinkEnd {
  life = 1;
  alive = true;
  seq = 0;
  #breaker: CompiledBreaker | null = null;
  readonly #fleet: LightFleet;
  readonly #link: Link;
  readonly #server: LinkEnd;
  #batch = 0;
  #bucket = -1;
  /** Of the present bucket, and of those before that are not yet sent: start, good, failed. */
  #ok = 0;
  #failed = 0;
  #buckets: [start: number, ok: number, failed: number][] = [];
  #flush: Scheduled | null = null;
  #flushAt = Infinity;
  #flushedAt = Number.NEGATIVE_INFINITY;
  #acking = false;

  constructor(
    readonly name: string,
    api: ApiNode,
    fleet: LightFleet,
  ) {
    this.#fleet = fleet;
    this.#link = new Link(fleet.scheduler, fleet.network, this, api);
    this.#server = api.accept(this.#link, this, name);
    const instance = { id: name, service: 'checkout', sdk: 'js/0.1.0' };
    this.#send({ t: 'hello', v: 1, instance });
  }

  onText(text: string): void {
    const { frames } = this.#fleet;
    this.#fleet.received(text);
    const frame = frames.read(text);
    switch (frame.t) {
      case 'full':
      case 'delta':
        this.#apply(frame);
        return;
      case 'ping':
        this.#send({ t: 'pong', id: frame.id });
        return;
      case 'permit':
        this.#probe(frame);
        return;
      default:
    }
  }

  onEnd(): void {
    this.alive = false;
    this.#flush?.cancel();
  }

  #apply(frame: Extract<ServerFrame, { t: 'full' | 'delta' }>): void {
    const { scheduler, random, frames } = this.#fleet;
    const isFirst = this.#breaker === null;
    if (frame.breakers.length > 0) {
      this.#flushNow();
      this.#breaker = frames.breaker;
    }
    this.seq = frame.seq;
    this.#fleet.applied(frame.seq);
    if (isFirst) {
      this.#acknowledge();
      this.#nextCall();
    } else if (!this.#acking) {
      this.#acking = true;
      scheduler.after(ACK_AFTER_MS + random.next() * ACK_SPREAD_MS, () => this.#acknowledge());
    }
  }

  #acknowledge(): void {
    this.#acking = false;
    this.#send({ t: 'ack', seq: this.seq });
  }

  #nextCall(): void {
    const { scheduler, random, callsPerSecond } = this.#fleet;
    scheduler.after(random.exponential(1_000 / callsPerSecond), () => {
      if (!this.alive) return;
      this.#call();
      this.#nextCall();
    });
  }

  #call(): void {
    const { random } = this.#fleet;
    const breaker = this.#breaker;
    if (breaker === null) return;
    const admitted =
      breaker.view.admission >= ADMISSION_ALL ||
      verdictOf(breaker, { accountId: `account-${random.below(ACCOUNTS)}` }) !== VERDICT_REJECTED;
    if (admitted) this.#count(this.#fleet.isHealthy());
  }

  #count(isOk: boolean): void {
    const { now } = this.#fleet.scheduler;
    const bucket = Math.floor(now / BUCKET_MS);
    if (bucket !== this.#bucket) {
      this.#closeBucket();
      this.#bucket = bucket;
    }
    if (isOk) this.#ok += 1;
    else this.#failed += 1;
    const jitter = 0.8 + 0.4 * this.#fleet.random.next();
    this.#flushBy(isOk ? now + FLUSH_MS * jitter : Math.max(now, this.#flushedAt + URGENT_MS));
  }

  #closeBucket(): void {
    if (this.#ok + this.#failed > 0) {
      this.#buckets.push([this.#bucket * BUCKET_MS, this.#ok, this.#failed]);
    }
    this.#ok = 0;
    this.#failed = 0;
    this.#bucket = -1;
  }

  #flushBy(at: number): void {
    if (at >= this.#flushAt) return;
    const { scheduler } = this.#fleet;
    this.#flush?.cancel();
    this.#flushAt = at;
    this.#flush = scheduler.after(at - scheduler.now, () => this.#flushNow());
  }

  /** Under the version that it was counted under. */
  #flushNow(): void {
    const { now } = this.#fleet.scheduler;
    this.#closeBucket();
    this.#flush?.cancel();
    this.#flush = null;
    this.#flushAt = Infinity;
    const version = this.#breaker?.view.version;
    if (version === undefined || this.#buckets.length === 0) return;
    this.#flushedAt = now;
    this.#batch += 1;
    const counts = this.#buckets.map(([start, ok, failed]) => [
      Math.round(now - start),
      ok,
      failed,
    ]);
    this.#buckets = [];
    this.#send({ t: 'signal', n: this.#batch, items: [{ b: BREAKER, v: version, c: counts }] });
  }

  #probe({ b, v, round, id }: Extract<ServerFrame, { t: 'permit' }>): void {
    const ok = this.#fleet.isHealthy();
    this.#fleet.scheduler.after(CALL_MS, () => {
      if (this.alive) this.#send({ t: 'probe', b, v, round, id, ok });
    });
  }

  #send(frame: object): void {
    const text = JSON.stringify(frame);
    this.#fleet.sent(text);
    this.#link.send(this.#server, text);
  }
}

import { type SegmentBook } from '@recloser/core';
import {
  type DeltaFrame,
  type ErrorFrame,
  type FullFrame,
  type GoodbyeFrame,
  type HelloFrame,
  type Instance,
  type PartFrame,
  type PingFrame,
  type ServerFrame,
} from '@recloser/protocol';
import { type Emitter } from '../emitter.js';
import { type OnError } from '../errors.js';
import { type RecloserEvents } from '../events.js';
import { type Registry } from '../breaker/registry.js';
import { type RegistryFeed } from './registry-feed.js';
import { type SocketEnd } from '../platform/system.js';
import { type ScheduledTask, type Scheduler } from '../platform/scheduler.js';
import { type Connection } from './connection.js';
import { isUnauthorized } from './connection-loss.js';
import { decodeServerFrame } from './decode.js';
import { Discovery } from './discovery.js';
import { replacementId } from './instance-id.js';
import { OperatorWatch } from './operator-watch.js';
import { StagedState } from './staged-state.js';
import { type Reporter } from './reporter.js';

const PROTOCOL_VERSION = 1;
const DEFAULT_LEASE_MS = 10_000;
/** Acknowledgements of a fleet come once to twice this long after the push that they answer, so not all together. */
const ACK_AFTER_MS = 50;
/** The lease's end is late by so much when this process stood still; less is an ordinary delay of its timer. */
const SUSPENDED_MS = 250;

export interface ProtocolParts {
  readonly scheduler: Scheduler;
  readonly random: () => number;
  readonly registry: Registry;
  readonly book: SegmentBook;
  readonly feed: RegistryFeed;
  readonly reporter: Reporter;
  readonly events: Emitter<RecloserEvents>;
  readonly onError: OnError;
}

/** The client side of the protocol: the state that is known, up to which change, and its lease. */
export class ProtocolClient {
  epoch: string | null = null;
  seq: number | null = null;
  unknownFrames = 0;
  malformedFrames = 0;
  takenOver = false;
  #instance: Instance;
  readonly #parts: ProtocolParts;
  readonly #lease: ScheduledTask;
  readonly #ack: ScheduledTask;
  readonly #discovery: Discovery;
  readonly #operators: OperatorWatch;
  readonly #staged: StagedState;
  #connection: Connection | null = null;
  #helloAcked = false;
  #stale = false;
  #resumable = true;
  #leaseMs = DEFAULT_LEASE_MS;

  constructor(instance: Instance, parts: ProtocolParts) {
    this.#instance = instance;
    this.#parts = parts;
    this.#operators = new OperatorWatch(parts.onError);
    this.#staged = new StagedState(parts.book);
    this.#lease = parts.scheduler.task((now) => this.#leaseEnded(now));
    this.#ack = parts.scheduler.task(() => this.#acknowledge());
    this.#discovery = new Discovery(
      parts.scheduler,
      parts.feed,
      (frame) => this.#connection?.send(frame) === true,
    );
  }

  attach(connection: Connection): void {
    this.#connection = connection;
  }

  /** What the connection understands beyond text. */
  understands(features: readonly string[]): void {
    const own = this.#instance.features ?? [];
    this.#instance = { ...this.#instance, features: [...own, ...features] };
  }

  get instanceId(): string {
    return this.#instance.id;
  }

  get connected(): boolean {
    return this.#helloAcked;
  }

  get ready(): boolean {
    return this.seq !== null && this.#helloAcked;
  }

  /** State from before this process started; it is only good for a start, not for a lease. */
  remember(epoch: string, seq: number): void {
    this.epoch = epoch;
    this.seq = seq;
  }

  /** A breaker that the control plane may not know is used here. */
  noticeKey(): void {
    if (this.#helloAcked) this.#discovery.plan();
  }

  get fleet(): number | undefined {
    return this.#parts.registry.fleet;
  }

  onOpen(): void {
    const { epoch, seq } = this;
    const hello: HelloFrame = { t: 'hello', v: PROTOCOL_VERSION, instance: this.#instance };
    const resume = this.#resumable && epoch !== null && seq !== null ? { epoch, seq } : undefined;
    this.#resumable = true;
    this.#connection?.send(resume === undefined ? hello : { ...hello, resume });
  }

  onText(text: string): void {
    try {
      this.#read(text);
    } catch (error) {
      this.#parts.onError('internal_error', 'The SDK failed inside', error);
    }
  }

  #read(text: string): void {
    const frame = decodeServerFrame(text);
    if (frame === 'unknown') {
      this.unknownFrames += 1;
    } else if (frame === 'malformed') {
      this.malformedFrames += 1;
      this.#resync('malformed_frame', 'A frame cannot be read');
    } else {
      this.#onFrame(frame, text.length);
    }
  }

  onLost(end: SocketEnd): void {
    const { events, reporter, scheduler } = this.#parts;
    this.#helloAcked = false;
    this.#staged.discard();
    this.#discovery.restart();
    reporter.detach();
    scheduler.cancel(this.#ack);
    const why = end.reason || `closed ${end.code}`;
    if (isUnauthorized(end)) {
      this.#parts.onError('unauthorized', 'The SDK key was refused: check RECLOSER_SDK_KEY');
    } else if (this.seq === null) {
      this.#parts.onError('unreachable', `The control plane cannot be reached (${why})`);
    }
    if (this.#stale || this.seq === null) return;
    this.#stale = true;
    events.emit('stale', { stale: true, seq: this.seq, reason: why });
  }

  /** Nobody else decides from here on. */
  takeOver(now: number): void {
    this.#leaseEnded(now);
  }

  /** Nothing is expected any more. */
  end(): void {
    const { scheduler, reporter } = this.#parts;
    scheduler.cancel(this.#lease);
    scheduler.cancel(this.#ack);
    this.#discovery.restart();
    reporter.detach();
    this.#helloAcked = false;
  }

  #onFrame(frame: ServerFrame, length: number): void {
    const now = this.#parts.scheduler.now();
    if (now - this.#lease.at >= SUSPENDED_MS && !this.takenOver) {
      // This process stood still past its lease, and what it reads now may have waited as long: only an answer to
      // something that it says itself is news.
      this.#leaseEnded(now);
      this.#connection?.drop('suspended');
      return;
    }
    switch (frame.t) {
      case 'part':
        this.#onPart(frame, length);
        return;
      case 'full':
        this.#onFull(frame, now);
        return;
      case 'delta':
        this.#onDelta(frame, now);
        return;
      case 'permit':
        this.#parts.feed.permit(frame, now);
        return;
      case 'quota':
        this.#parts.feed.quota(frame, now);
        return;
      case 'got':
        this.#parts.reporter.acknowledge(frame.n);
        return;
      case 'ping':
        this.#onPing(frame, now);
        return;
      case 'report':
        this.#parts.reporter.report(now);
        return;
      case 'goodbye':
        this.#onGoodbye(frame);
        return;
      case 'error':
        this.#onError(frame);
    }
  }

  #onPart(frame: PartFrame, length: number): void {
    if (!this.#staged.take(frame, length)) {
      this.#resync('malformed_frame', 'A part belongs to nothing that is known');
    }
    this.#operators.lookAtPieces(frame.segments);
  }

  #onFull(frame: FullFrame, now: number): void {
    const { registry, feed, reporter } = this.#parts;
    this.epoch = frame.epoch;
    this.seq = frame.seq;
    this.#leaseMs = frame.tuning.leaseMs;
    reporter.tune(frame.tuning);
    registry.fleet = frame.fleet ?? registry.fleet;
    this.#connection?.expectPings(frame.tuning.pingMs);
    this.#operators.look(frame.breakers);
    const views = this.#staged.complete(frame.breakers, true);
    const announce = feed.replace(views, now);
    const keys = views.map((view) => view.key);
    this.#applied(keys, true, now);
    announce();
  }

  #onDelta(frame: DeltaFrame, now: number): void {
    const { seq } = this;
    if (seq === null || frame.epoch !== this.epoch || frame.from > seq) {
      this.#resync('out_of_order', 'A change is missing');
      return;
    }
    if (frame.seq <= seq) {
      this.#staged.discard();
      this.#applied([], false, now);
      return;
    }
    this.seq = frame.seq;
    this.#operators.look(frame.breakers);
    const views = this.#staged.complete(frame.breakers, false);
    const announce = this.#parts.feed.change(views, frame.removed, now);
    this.#staged.keepNamed(this.#parts.registry.views.values());
    this.#applied([...views.map((view) => view.key), ...frame.removed], false, now);
    announce();
  }

  #applied(breakers: readonly string[], full: boolean, now: number): void {
    const { epoch, seq } = this;
    if (epoch === null || seq === null) return;
    const { scheduler, random, events } = this.#parts;
    const first = !this.#helloAcked;
    if (first) this.#acknowledge();
    else scheduler.runBy(this.#ack, now + ACK_AFTER_MS * (1 + random()));
    this.#onHelloAcked();
    this.#renew(now);
    if (first || full || breakers.length > 0) {
      events.emit('applied', { epoch, seq, breakers, full });
    }
  }

  #acknowledge(): void {
    if (this.seq !== null) this.#connection?.send({ t: 'ack', seq: this.seq });
  }

  /** The server accepted the hello: reports and discovery may start. */
  #onHelloAcked(): void {
    if (this.#helloAcked || this.#connection === null) return;
    this.#helloAcked = true;
    this.#parts.reporter.attach(this.#connection);
    this.#discovery.plan();
    if (!this.#stale) return;
    this.#stale = false;
    this.#parts.events.emit('stale', { stale: false, seq: this.seq, reason: 'connected' });
  }

  #onPing(frame: PingFrame, now: number): void {
    const { registry } = this.#parts;
    registry.fleet = frame.fleet ?? registry.fleet;
    this.#connection?.send({ t: 'pong', id: frame.id });
    if (this.seq === null) return;
    this.#onHelloAcked();
    if (frame.lease) this.#renew(now);
  }

  #onGoodbye(frame: GoodbyeFrame): void {
    this.#connection?.planReconnect(frame.withinMs * this.#parts.random());
    this.#parts.reporter.flush(this.#parts.scheduler.now());
  }

  #onError(frame: ErrorFrame): void {
    if (frame.fatal) this.#connection?.refuse(frame.retryAfterMs);
    if (frame.code === 'replaced') {
      // Two processes were given the same id. Both can stay when one of them takes another.
      const id = replacementId(this.#instance.id, this.#parts.random());
      this.#instance = { ...this.#instance, id };
      this.#parts.feed.rename(id, this.#parts.scheduler.now());
    }
    this.#parts.onError(frame.code, frame.message);
  }

  #resync(code: string, message: string): void {
    this.#resumable = false;
    this.#staged.discard();
    this.#parts.onError(code, message);
    this.#connection?.drop(code);
  }

  #renew(now: number): void {
    const { scheduler, feed, events } = this.#parts;
    scheduler.schedule(this.#lease, now + this.#leaseMs);
    feed.resumeRemote();
    if (!this.takenOver) return;
    this.takenOver = false;
    events.emit('takeover', { active: false, seq: this.seq });
  }

  #leaseEnded(now: number): void {
    const { scheduler, feed, events } = this.#parts;
    feed.startLocal(now);
    const holdEnd = feed.nextHoldEnd(now);
    if (holdEnd !== Infinity) scheduler.schedule(this.#lease, holdEnd);
    if (this.takenOver) return;
    this.takenOver = true;
    events.emit('takeover', { active: true, seq: this.seq });
  }
}

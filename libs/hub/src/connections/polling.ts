import type { Instance } from '@recloser/protocol';
import { CATCH_UP_MS, type SdkFrameHandler, TAKEN } from './sdk-frame-handler.js';
import type { Exchange, PolledAnswer, PolledState } from '../hub.js';
import type { HubStats, HubTuning } from '../ports.js';
import { type Polled, PolledOutbox, type PolledSessions } from './polled-sessions.js';
import { SdkSession, type SessionHost } from './sdk-session.js';
import { serializeError } from '../replication/serialize.js';

/** An instance that was not heard for so long has gone. */
const GONE_MS = 60_000;

/** SDKs that poll ask so many times within a lease. */
const POLLS_PER_LEASE = 3;
/** An answer waits at most this long for permits. They are not lost then: another instance gets them. */
const PERMITS_WAIT_MS = 500;

/** Something that an answer waits for, until it is there or the time is up. */
interface Wait {
  readonly until: number;
  isOver(): boolean;
  end(): void;
}

/**
 * Instances whose sockets do not get through. They report and acknowledge like all others. What is said to them, such as
 * a permit, goes into the answer to their next frames.
 */
export class Polling implements SessionHost {
  readonly tuning: HubTuning;
  readonly stats: HubStats;
  readonly #connections: SdkFrameHandler;
  readonly #polled: PolledSessions;
  readonly #vouches: () => boolean;
  readonly #waits = new Set<Wait>();

  /** `vouches`: whether states that are still the same are good for another lease. */
  constructor(connections: SdkFrameHandler, polled: PolledSessions, vouches: () => boolean) {
    this.tuning = connections.tuning;
    this.stats = connections.stats;
    this.#connections = connections;
    this.#polled = polled;
    this.#vouches = vouches;
  }

  /** The state for an instance that has the one with this tag; null before the first snapshot. Never rejects. */
  async state(known: string | undefined): Promise<PolledState | null> {
    const { sync, ports, environment } = this.#connections.parts;
    if (!sync.ready) return null;
    const { pingMs, leaseMs } = this.tuning;
    const pollMs = Math.min(pingMs, Math.floor(leaseMs / POLLS_PER_LEASE));
    const has = known === undefined ? undefined : stateIn(known);
    if (known !== undefined && sync.isAhead(has)) {
      const since = this.now();
      ports.refresh(environment.id);
      await this.#wait(CATCH_UP_MS, () => !sync.isAhead(has));
      // Where the log was read meanwhile and holds no more, the database was restored.
      const isBehind = sync.isAhead(has) && !sync.isConfirmed(since);
      if (isBehind) return { tag: known, isUnchanged: true, lease: false, pollMs };
    }
    const tag = this.#tag;
    const isUnchanged = tag === known;
    return { tag, isUnchanged, lease: this.#vouches(), pollMs };
  }

  /**
   * Takes an instance's frames; answers with what there is to tell it, permits for calls that it wants to make among it.
   * Never rejects.
   */
  async exchange(keyId: string, exchange: Exchange): Promise<PolledAnswer> {
    const refusal = this.#refusal(keyId, exchange.instance.id);
    if (refusal !== null) return { tag: this.#tag, frames: [refusal] };
    const { permits, sync } = this.#connections.parts;
    const polled = this.#polledOf(keyId, exchange);
    const has = exchange.state === undefined ? undefined : stateIn(exchange.state);
    polled.exchanges += 1;
    this.#receive(polled.session, has, exchange.frames);
    if (permits.isClaiming) await this.#wait(PERMITS_WAIT_MS, () => false, permits.settled());
    polled.exchanges -= 1;
    const isAhead = exchange.state !== undefined && sync.isAhead(has);
    return { tag: isAhead ? exchange.state : this.#tag, frames: polled.outbox.take() };
  }

  /** Ends waits that are over; call it with every tick. */
  run(): void {
    if (this.#waits.size === 0) return;
    const now = this.now();
    for (const wait of this.#waits) if (wait.until <= now || wait.isOver()) wait.end();
  }

  /** Forgets the instances that were not heard for a minute. */
  sweep(now: number): void {
    for (const [, session] of this.#polled.all()) {
      if (now - session.heardAt >= GONE_MS) session.closed();
    }
  }

  closeKey(keyId: string): void {
    for (const [, session] of this.#polled.all()) {
      if (session.keyId === keyId) session.closed();
    }
  }

  now(): number {
    return this.#connections.now();
  }

  hello(session: SdkSession): void {
    session.sendError('unexpected_frame', 'who polls does not say hello');
  }

  ack(): void {
    this.#connections.parts.presence.acked();
  }

  signal(...about: Parameters<SessionHost['signal']>): void {
    this.#connections.signal(...about);
  }

  discover(...about: Parameters<SessionHost['discover']>): void {
    this.#connections.discover(...about);
  }

  probe(...about: Parameters<SessionHost['probe']>): void {
    this.#connections.probe(...about);
  }

  left(session: SdkSession): void {
    this.#polled.leave(session);
    const info = this.#connections.info(session);
    if (info !== null) this.#connections.parts.sessions.noteGone(info);
  }

  #refusal(keyId: string, instanceId: string): string | null {
    const known = this.#polled.find(instanceId);
    const holder = known?.session ?? this.#connections.parts.sessions.find(instanceId);
    if (holder !== undefined && holder.keyId !== keyId) {
      const refusal = { code: 'instance_taken', message: TAKEN, fatal: true } as const;
      return serializeError({ ...refusal, retryAfterMs: GONE_MS });
    }
    if (known !== undefined || this.#polled.size < this.tuning.maxInstances) return null;
    const message = `at most ${this.tuning.maxInstances} instances can poll`;
    return serializeError({ code: 'instance_limit', message, fatal: true, retryAfterMs: GONE_MS });
  }

  get #tag(): string {
    const { epoch, seq } = this.#connections.parts.sync;
    return `${epoch}.${seq}`;
  }

  #receive(session: SdkSession, has: PolledPosition | undefined, frames: readonly string[]): void {
    const { sync } = this.#connections.parts;
    const seq = has?.epoch === sync.epoch ? has.seq : 0;
    // The state may have come from a node that is ahead of this one.
    session.sentSeq = Math.max(sync.seq, seq);
    session.heardAt = this.now();
    if (seq > session.ackedSeq) {
      session.ackedSeq = seq;
      this.ack();
    }
    for (const frame of frames) session.receive(frame);
  }

  #polledOf(keyId: string, { instance, connection }: Exchange): Polled {
    const known = this.#polled.find(instance.id);
    return known?.connection === connection ? known : this.#begin(keyId, instance, connection);
  }

  #begin(keyId: string, instance: Instance, connection: string): Polled {
    const outbox = new PolledOutbox(() => this.now());
    const session = new SdkSession(outbox, keyId, this);
    session.instance = instance;
    session.connectedAt = this.#connections.storeNow();
    session.synced = true;
    const begun = { session, connection, outbox, exchanges: 0 };
    this.#polled.join(instance.id, begun);
    return begun;
  }

  /** Resolves when it is over, `sooner` has resolved, or the time is up. */
  #wait(mostMs: number, isOver: () => boolean, sooner?: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const wait = {
        until: this.now() + mostMs,
        isOver,
        end: () => {
          this.#waits.delete(wait);
          resolve();
        },
      };
      this.#waits.add(wait);
      void sooner?.then(wait.end);
    });
  }
}

interface PolledPosition {
  readonly epoch: string;
  readonly seq: number;
}

/** The place in the log that a tag names; undefined: it is no tag. */
function stateIn(tag: string): PolledPosition | undefined {
  const dot = tag.lastIndexOf('.');
  const seq = Number(tag.slice(dot + 1));
  return dot > 0 && Number.isSafeInteger(seq) ? { epoch: tag.slice(0, dot), seq } : undefined;
}

import type { Instance } from '@recloser/protocol';
import { type Connections, TAKEN } from './connections.js';
import type { Exchange } from '../hub.js';
import type { HubStats, HubTuning, SdkSocket } from '../ports.js';
import { SdkSession, type SessionHost } from './session.js';
import type { Sessions } from './sessions.js';
import { errorText } from '../sync/wire.js';

/** An instance that was not heard for so long has gone. */
const GONE_MS = 60_000;

interface Polled {
  readonly session: SdkSession;
  readonly connection: string;
  readonly outbox: Outbox;
}

/** Keeps what a session says until it is asked for. */
class Outbox implements SdkSocket {
  #texts: string[] = [];

  send(text: string): void {
    this.#texts.push(text);
  }
  bufferedBytes(): number {
    return 0;
  }
  close(): void {
    // There is no connection to close: what was said last tells why.
  }
  take(): readonly string[] {
    const texts = this.#texts;
    this.#texts = [];
    return texts;
  }
}

/**
 * Instances whose sockets do not get through. They report like all others, but get no permits, and nobody waits for
 * their acknowledgements: they are heard too rarely for either.
 */
export class Polling implements SessionHost {
  readonly tuning: HubTuning;
  readonly stats: HubStats;
  readonly #connections: Connections;
  readonly #sessions: Sessions;
  readonly #seq: () => number;
  readonly #polled = new Map<string, Polled>();

  constructor(connections: Connections, sessions: Sessions, seq: () => number) {
    this.tuning = connections.tuning;
    this.stats = connections.stats;
    this.#connections = connections;
    this.#seq = seq;
    this.#sessions = sessions;
  }

  get size(): number {
    return this.#polled.size;
  }

  has(instanceId: string): boolean {
    return this.#polled.has(instanceId);
  }

  /** Those that have no socket as well. */
  get sessions(): readonly SdkSession[] {
    return [...this.#polled]
      .filter(([id]) => this.#sessions.find(id) === undefined)
      .map(([, { session }]) => session);
  }

  /** Takes an instance's frames; answers with what there is to tell it. */
  exchange(keyId: string, { instance, connection, frames }: Exchange): readonly string[] {
    const known = this.#polled.get(instance.id);
    const holder = known?.session ?? this.#sessions.find(instance.id);
    if (holder !== undefined && holder.keyId !== keyId) {
      const refusal = { code: 'instance_taken', message: TAKEN, fatal: true } as const;
      return [errorText({ ...refusal, retryAfterMs: GONE_MS })];
    }
    if (known === undefined && this.size >= this.tuning.maxInstances) {
      const message = `at most ${this.tuning.maxInstances} instances can poll`;
      return [errorText({ code: 'instance_limit', message, fatal: true, retryAfterMs: GONE_MS })];
    }
    const isSame = known?.connection === connection;
    const { session, outbox } = isSame ? known : this.#begin(keyId, instance, connection);
    session.sentSeq = this.#seq();
    session.heardAt = this.now();
    for (const frame of frames) session.receive(frame);
    return outbox.take();
  }

  /** Forgets the instances that were not heard for a minute. */
  sweep(now: number): void {
    for (const { session } of [...this.#polled.values()]) {
      if (now - session.heardAt >= GONE_MS) session.closed();
    }
  }

  closeKey(keyId: string): void {
    for (const { session } of [...this.#polled.values()]) {
      if (session.keyId === keyId) session.closed();
    }
  }

  now(): number {
    return this.#connections.now();
  }

  hello(session: SdkSession): void {
    session.complain('unexpected_frame', 'who polls does not say hello');
  }

  ack(): void {
    // Seen on the page of instances, and counted nowhere.
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
    const id = session.instance?.id ?? '';
    if (this.#polled.get(id)?.session === session) this.#polled.delete(id);
    const info = this.#connections.info(session);
    if (info !== null) this.#sessions.noteGone(info);
  }

  #begin(keyId: string, instance: Instance, connection: string): Polled {
    const outbox = new Outbox();
    const session = new SdkSession(outbox, keyId, this);
    session.instance = instance;
    session.connectedAt = this.#connections.storeNow();
    session.synced = true;
    const polled = { session, connection, outbox };
    this.#polled.set(instance.id, polled);
    return polled;
  }
}

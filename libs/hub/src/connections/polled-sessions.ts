import type { SdkSocket } from '../ports.js';
import type { SdkSession } from './sdk-session.js';

/** What was said between two exchanges is told anew every 2 s as long as it is true. */
const STALE_MS = 2_500;

/** One instance that polls. */
export interface Polled {
  readonly session: SdkSession;
  /** Batches are numbered within it. */
  readonly connection: string;
  readonly outbox: PolledOutbox;
  /** Its requests that are not answered yet. */
  exchanges: number;
}

/** Keeps what a session says until its instance asks. */
export class PolledOutbox implements SdkSocket {
  readonly #now: () => number;
  #said: { readonly text: string; readonly at: number }[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  send(text: string): void {
    this.#said.push({ text, at: this.#now() });
  }
  sendChunk(): void {
    // States are asked for.
  }
  bufferedBytes(): number {
    return 0;
  }
  close(): void {
    // There is no connection to close: what was said last tells why.
  }
  take(): readonly string[] {
    const from = this.#now() - STALE_MS;
    const fresh = this.#said.filter(({ at }) => at >= from);
    this.#said = [];
    return fresh.map(({ text }) => text);
  }
}

/** The environment's instances whose sockets do not get through. */
export class PolledSessions {
  readonly #byInstance = new Map<string, Polled>();

  get size(): number {
    return this.#byInstance.size;
  }

  find(instanceId: string): Polled | undefined {
    return this.#byInstance.get(instanceId);
  }

  join(instanceId: string, polled: Polled): void {
    this.#byInstance.set(instanceId, polled);
  }

  leave(session: SdkSession): void {
    const id = session.instance?.id ?? '';
    if (this.find(id)?.session === session) this.#byInstance.delete(id);
  }

  /** All sessions with their instances' ids. A copy: ending one changes the list. */
  all(): (readonly [instanceId: string, session: SdkSession])[] {
    return Array.from(this.#byInstance, ([id, { session }]) => [id, session]);
  }
}

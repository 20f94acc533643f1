import type { InstanceInfo } from '../ports.js';
import type { Payload } from '../replication/payload.js';
import type { SdkSession } from './sdk-session.js';

/** Gone instances that nobody asked for are kept up to this many. */
const MAX_GONE = 20_000;

/** The environment's connections: those that have said hello, in one array for the fan-out, and the rest. */
export class Sessions {
  /** Said hello. */
  readonly live: SdkSession[] = [];
  /** Connected, but silent so far. */
  readonly silent = new Set<SdkSession>();
  /** Said hello, but has to wait for a state that is new enough. */
  readonly waiting = new Set<SdkSession>();
  readonly #byInstance = new Map<string, SdkSession>();
  #gone: InstanceInfo[] = [];

  find(instanceId: string): SdkSession | undefined {
    return this.#byInstance.get(instanceId);
  }

  /** Registers a session whose instance is known; answers the one that had this instance before. */
  join(session: SdkSession, instanceId: string): SdkSession | undefined {
    const before = this.#byInstance.get(instanceId);
    this.silent.delete(session);
    this.#byInstance.set(instanceId, session);
    session.index = this.live.push(session) - 1;
    return before;
  }

  /** How many instances are connected with this key. */
  countOf(keyId: string): number {
    return this.live.filter((session) => session.keyId === keyId).length;
  }

  /** The instances of the key that has most, in the order of `live`; null when nobody is connected. */
  crowd(): readonly SdkSession[] | null {
    const byKey = new Map<string, SdkSession[]>();
    for (const session of this.live) {
      const members = byKey.get(session.keyId);
      if (members === undefined) byKey.set(session.keyId, [session]);
      else members.push(session);
    }
    const [first = null, ...others] = byKey.values();
    return others.reduce(
      (most, members) => (members.length > (most?.length ?? 0) ? members : most),
      first,
    );
  }

  leave(session: SdkSession, info: InstanceInfo | null): void {
    this.silent.delete(session);
    this.waiting.delete(session);
    const { index } = session;
    if (index >= 0) {
      const last = this.live.pop();
      if (last !== undefined && last !== session) {
        this.live[index] = last;
        last.index = index;
      }
      session.index = -1;
    }
    if (info !== null && this.#byInstance.get(info.instanceId) === session) {
      this.#byInstance.delete(info.instanceId);
      this.noteGone(info);
    }
  }

  noteGone(info: InstanceInfo): void {
    if (this.#gone.length < MAX_GONE) this.#gone.push(info);
  }

  takeGone(): InstanceInfo[] {
    const gone = this.#gone.filter(({ instanceId }) => !this.#byInstance.has(instanceId));
    this.#gone = [];
    return gone;
  }

  /** All connections, whatever they have said. A copy: ending one changes the lists. */
  all(): SdkSession[] {
    return [...this.live, ...this.silent];
  }
}

/** Who sends a change piece by piece, or later. */
export interface FanOut {
  readonly hasTime: () => boolean;
  readonly begin: (session: SdkSession, payload: Payload) => void;
  /** The session gets all of it when there is time. */
  readonly later: (session: SdkSession, payload: Payload) => void;
}

/**
 * Sends a change to every session that is up to date, as long as there is time; those whose buffers are full are dropped,
 * and those for which it is long begin to get it piece by piece. Returns how many get it whole. Backwards, since dropping a
 * session puts the last one in its place.
 */
export function fanOut(
  live: readonly SdkSession[],
  payloadFor: (session: SdkSession) => Payload,
  { hasTime, begin, later }: FanOut,
): number {
  let sent = 0;
  for (let i = live.length - 1; i >= 0; i -= 1) {
    const session = live[i];
    if (session?.synced !== true) continue;
    const payload = payloadFor(session);
    const chunk = payload.isShort ? payload.at(0) : null;
    if (chunk === null) {
      begin(session, payload);
      continue;
    }
    if (!hasTime()) later(session, payload);
    else if (session.sendChange(chunk)) session.sentSeq = payload.seq;
    else continue;
    session.pushedSeq = payload.seq;
    sent += 1;
  }
  return sent;
}

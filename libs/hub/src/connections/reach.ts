import type { Sync } from '../replication/sync.js';
import type { PolledSessions } from './polled-sessions.js';
import type { SdkSession } from './sdk-session.js';
import type { Sessions } from './sessions.js';

/** Finds the sessions of instances, with a socket or without. */
export class Reach {
  readonly #sessions: Sessions;
  readonly #polled: PolledSessions;
  readonly #sync: Pick<Sync, 'seqOf'>;

  constructor(sessions: Sessions, polled: PolledSessions, sync: Pick<Sync, 'seqOf'>) {
    this.#sessions = sessions;
    this.#polled = polled;
    this.#sync = sync;
  }

  /** Each instance once, whether it has a socket or polls. */
  get all(): readonly SdkSession[] {
    const { live } = this.#sessions;
    if (this.#polled.size === 0) return live;
    const polling = this.#polled.all().filter(([id]) => this.#sessions.find(id) === undefined);
    return [...live, ...polling.map(([, session]) => session)];
  }

  /** The session that has been sent a state, or polls. */
  find(instanceId: string): SdkSession | undefined {
    const session = this.#sessions.find(instanceId);
    if (session !== undefined) return session.synced ? session : undefined;
    return this.#polled.find(instanceId)?.session;
  }

  /**
   * The session that a permit for this breaker reaches at once. An instance that polls is reached only while it waits for
   * an answer, and a permit is of no use to it before it has applied the breaker's state.
   */
  forPermit(instanceId: string, breaker: string): SdkSession | undefined {
    const session = this.find(instanceId);
    const polled = this.#polled.find(instanceId);
    if (session === undefined || session !== polled?.session) return session;
    const hasApplied = session.ackedSeq >= (this.#sync.seqOf(breaker) ?? Infinity);
    return polled.exchanges > 0 && hasApplied ? session : undefined;
  }
}

import type { HubStats, HubTuning } from '../ports.js';
import type { SdkSession } from './sdk-session.js';
import type { Sessions } from './sessions.js';
import { serializePing } from '../replication/serialize.js';

const UNANSWERED_MAX = 2;

/** Renews leases while somebody decides, and ends connections that did not answer twice. */
export class Pings {
  readonly #sessions: Sessions;
  readonly #tuning: HubTuning;
  readonly #stats: HubStats;
  readonly #evaluatorAlive: () => boolean;
  #id = 0;

  constructor(
    sessions: Sessions,
    tuning: HubTuning,
    stats: HubStats,
    evaluatorAlive: () => boolean,
  ) {
    this.#sessions = sessions;
    this.#tuning = tuning;
    this.#stats = stats;
    this.#evaluatorAlive = evaluatorAlive;
  }

  /** Pings who is due; `fleet` is how many instances there are. */
  run(now: number, fleet: number): void {
    this.#id += 1;
    const alive = this.#evaluatorAlive();
    const renewing = serializePing({ id: this.#id, lease: true, fleet });
    const plain = serializePing({ id: this.#id, lease: false, fleet });
    const { live } = this.#sessions;
    // Backwards, since ending a session puts the last one in its place.
    for (let i = live.length - 1; i >= 0; i -= 1) {
      const session = live[i];
      if (session === undefined || now < session.nextPingAt) continue;
      if (session.outgoing !== null) {
        if (this.#isStalled(session, now)) continue;
        // The ping waits behind the state, and so does the answer.
        session.unanswered = 0;
      }
      if (session.unanswered >= UNANSWERED_MAX) {
        this.#stats.unresponsive += 1;
        session.end('unresponsive');
        continue;
      }
      session.nextPingAt = now + this.#tuning.pingMs;
      session.unanswered += 1;
      session.send(alive && session.synced ? renewing : plain);
    }
  }

  /** Ends a session that takes nothing of the state that it is being sent. */
  #isStalled(session: SdkSession, now: number): boolean {
    if (now - session.progressedAt < this.#tuning.stalledMs) return false;
    this.#stats.slowConsumers += 1;
    session.end('slow_consumer');
    return true;
  }
}

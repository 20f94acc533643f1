import type { HubClock, HubPorts, HubStats, HubTuning } from '../ports.js';
import type { Payload } from '../replication/payload.js';
import type { Sync, Understood } from '../replication/sync.js';
import type { SdkSession } from './sdk-session.js';
import { fanOut, type Sessions } from './sessions.js';

export interface StateSenderParts {
  readonly tuning: HubTuning;
  readonly stats: HubStats;
  readonly sync: Sync;
  readonly sessions: Sessions;
  readonly clock: Pick<HubClock, 'now'>;
  /** Runs soon, after sockets and timers had their turn; left out: with the next tick. */
  readonly ports: Pick<HubPorts, 'defer'>;
}

/**
 * Sends states to those who connect, and long changes to all: to each socket as much as it has room for, and in all for a
 * few milliseconds before other work gets its turn. A session gets single changes again once it has caught up.
 */
export class StateSender {
  readonly #parts: StateSenderParts;
  /** Those that a change was not sent to for lack of time: they come before states. */
  readonly #changing = new Set<SdkSession>();
  /** Those that are being sent a state, the one whose turn is next first. */
  readonly #sending = new Set<SdkSession>();
  #turnEnd = Number.NEGATIVE_INFINITY;
  #deferred = false;

  constructor(parts: StateSenderParts) {
    this.#parts = parts;
  }

  /** Begins to send. A session that is being sent a state already catches up after it. */
  begin(session: SdkSession, payload: Payload): void {
    session.synced = false;
    if (session.outgoing !== null || session.isClosed) return;
    this.#queue(session, payload, this.#sending);
    if (this.#hasTime) this.#send(session);
    else this.#goOnSoon();
  }

  /**
   * Sends a change to all who are up to date, made once for all who understand the same. Thousands of sockets take several
   * turns. Returns how many get it whole.
   */
  toAll(make: (understood: Understood, now: number) => Payload): number {
    const { clock, tuning, sessions } = this.#parts;
    const now = clock.now();
    this.#turnEnd = Math.max(this.#turnEnd, now + tuning.changeTurnMs);
    const made = new Map<string, Payload>();
    const payloadFor = ({ understood }: SdkSession): Payload => {
      const name = `${understood.parts} ${understood.deflate}`;
      const payload = made.get(name) ?? make(understood, now);
      made.set(name, payload);
      return payload;
    };
    return fanOut(sessions.live, payloadFor, {
      hasTime: () => this.#hasTime,
      begin: (session, payload) => this.begin(session, payload),
      later: (session, payload) => {
        session.synced = false;
        this.#queue(session, payload, this.#changing);
        this.#goOnSoon();
      },
    });
  }

  #queue(session: SdkSession, payload: Payload, queue: Set<SdkSession>): void {
    session.outgoing = { payload, next: 0 };
    session.progressedAt = this.#parts.clock.now();
    queue.add(session);
  }

  /** A new turn: goes on with all that have room. */
  run(): void {
    const { clock, tuning } = this.#parts;
    const turnMs = this.#changing.size > 0 ? tuning.changeTurnMs : tuning.turnMs;
    this.#turnEnd = clock.now() + turnMs;
    for (const queue of [this.#changing, this.#sending]) {
      // Those that come to the end of the queue meanwhile have their next turn.
      let left = queue.size;
      for (const session of queue) {
        if (left === 0) break;
        left -= 1;
        if (!this.#hasTime) {
          this.#goOnSoon();
          return;
        }
        this.#send(session);
      }
    }
  }

  /** Always, where there is nothing to give way to. */
  get #hasTime(): boolean {
    const { ports, clock } = this.#parts;
    return ports.defer === undefined || clock.now() < this.#turnEnd;
  }

  #send(session: SdkSession): void {
    const { roomBytes } = this.#parts.tuning;
    // To the end of the queue: all sockets come forward alike.
    this.#changing.delete(session);
    this.#sending.delete(session);
    while (session.outgoing !== null && !session.isClosed) {
      if (!session.hasRoom(roomBytes) || !this.#hasTime) {
        this.#sending.add(session);
        if (!this.#hasTime) this.#goOnSoon();
        return;
      }
      this.#sendNext(session, session.outgoing);
    }
  }

  #sendNext(session: SdkSession, outgoing: { readonly payload: Payload; next: number }): void {
    const { payload } = outgoing;
    const chunk = payload.at(outgoing.next);
    if (chunk !== null) {
      outgoing.next += 1;
      session.sendChunk(chunk, this.#parts.clock.now());
      return;
    }
    session.outgoing = null;
    session.sentSeq = payload.seq;
    this.#arrived(session, payload);
  }

  /** What has changed while it was being sent comes next. */
  #arrived(session: SdkSession, { epoch, seq }: Payload): void {
    const { sync, stats, clock } = this.#parts;
    if (epoch === sync.epoch && seq === sync.seq) {
      session.synced = true;
      return;
    }
    const payload = sync.answer({ epoch, seq }, session.understood, clock.now());
    if (payload.kind === 'full') stats.fulls += 1;
    else stats.deltas += 1;
    session.outgoing = { payload, next: 0 };
  }

  #goOnSoon(): void {
    const { ports } = this.#parts;
    if (this.#deferred || ports.defer === undefined) return;
    this.#deferred = true;
    ports.defer(() => {
      this.#deferred = false;
      this.run();
    });
  }
}

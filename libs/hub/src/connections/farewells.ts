import type { HubClock, HubPorts, HubTuning } from '../ports.js';
import { serializeGoodbye } from '../replication/serialize.js';
import type { SdkSession } from './sdk-session.js';
import type { Sessions } from './sessions.js';

export interface FarewellParts {
  readonly sessions: Pick<Sessions, 'all'>;
  readonly tuning: Pick<HubTuning, 'turnMs'>;
  readonly clock: Pick<HubClock, 'now'>;
  /** Runs soon, after sockets and timers had their turn; left out: all is done at once. */
  readonly ports: Pick<HubPorts, 'defer'>;
}

/** Tells many sessions to go, or ends them, for a few ms at a time: there may be thousands. */
export class Farewells {
  readonly #parts: FarewellParts;

  constructor(parts: FarewellParts) {
    this.#parts = parts;
  }

  /** Asks all to connect elsewhere within this time. */
  goodbye(reason: string, withinMs: number): void {
    const text = serializeGoodbye({ reason, withinMs });
    this.#inTurns(this.#parts.sessions.all(), (session) => session.send(text));
  }

  /** Ends the connections of a key that was revoked. */
  closeKey(keyId: string): void {
    const message = 'the SDK key was revoked: give this service another one';
    const own = this.#parts.sessions.all().filter((session) => session.keyId === keyId);
    this.#inTurns(own, (session) => session.closeWithError('key_revoked', 'key_revoked', message));
  }

  closeAll(reason: string): void {
    this.#inTurns(this.#parts.sessions.all(), (session) => session.end('going_away', reason));
  }

  #inTurns(sessions: readonly SdkSession[], work: (session: SdkSession) => void): void {
    const { clock, ports, tuning } = this.#parts;
    const rest = sessions[Symbol.iterator]();
    const turn = (): void => {
      const end = clock.now() + tuning.turnMs;
      for (let next = rest.next(); next.done !== true; next = rest.next()) {
        work(next.value);
        if (ports.defer === undefined || clock.now() < end) continue;
        ports.defer(turn);
        return;
      }
    };
    turn();
  }
}

import type { BreakerView, ProbeRound } from '@recloser/core';
import type { PermitClaim } from '@recloser/protocol';
import { serializePermit } from '../replication/serialize.js';

export interface PermitPorts {
  /** Instances with recent demand for a breaker that are connected and count under this version. */
  candidates(breaker: string, version: number): readonly string[];
  /** False when the instance has gone. */
  send(instanceId: string, breaker: string, text: string): boolean;
  claim(claim: PermitClaim, total: number, want: number): Promise<readonly string[]>;
  /** Ms of a clock that does not jump. */
  now(): number;
  random(): number;
  onError(what: string, error: unknown): void;
}

/** What was handed out lives that much longer at most, for the way to the instance and back. */
const ASK_MARGIN_MS = 1_000;

/** So many calls ask a dependency that may still be dead. */
const FIRST_PERMITS = 1;

interface Round {
  readonly version: number;
  readonly probe: ProbeRound;
  /** Permit id → instance. */
  readonly given: Map<string, string>;
  /** Ids of those whose calls have ended. */
  readonly answered: Set<string>;
  /** Claimed, but whoever should have had them has gone. */
  readonly spare: string[];
  /** A call of this round has succeeded: the others may follow. */
  hasSucceeded: boolean;
  /** The store has no more of this round; it is asked again when what it gave has expired, as it may have been emptied. */
  exhausted: boolean;
  askAgainAt: number;
  claiming: boolean;
}

/**
 * Hands the fleet's probe permits to instances that want calls. How many there are is the store's to say; the allocator
 * only asks as long as that is unknown. One goes first, and the others follow when its call has succeeded, so that
 * asking a dead dependency costs one call. Each goes to another instance; in a fleet that has fewer instances than
 * permits, one whose call has ended makes the next.
 */
export class ProbePermitAllocator {
  readonly #environmentId: string;
  readonly #ports: PermitPorts;
  /** By breaker; one for each of its states that is probed. */
  readonly #rounds = new Map<string, readonly Round[]>();
  readonly #claims = new Set<Promise<void>>();

  constructor(environmentId: string, ports: PermitPorts) {
    this.#environmentId = environmentId;
    this.#ports = ports;
  }

  /** Notes a breaker's present states; a new round begins with nothing given. */
  observe(key: string, view: BreakerView | undefined): void {
    const before = this.#rounds.get(key) ?? [];
    const rounds = probesOf(view).map(
      ({ version, probe }) =>
        before.find((known) => known.version === version && known.probe.round === probe.round) ??
        newRound(version, probe),
    );
    if (rounds.length === 0) {
      this.#rounds.delete(key);
      return;
    }
    this.#rounds.set(key, rounds);
    if (rounds.some((round) => !before.includes(round))) this.offer(key);
  }

  /** Whether the store is being asked for permits. */
  get isClaiming(): boolean {
    return this.#claims.size > 0;
  }

  /** Resolves when the store is no longer being asked for permits. Never rejects. */
  async settled(): Promise<void> {
    while (this.isClaiming) await Promise.all(this.#claims);
  }

  /** Whether permits of this breaker may still be had. */
  wants(key: string): boolean {
    return this.#rounds.get(key)?.some((round) => this.#wants(round)) ?? false;
  }

  /** Hands out what can be handed out now. */
  offer(key: string): void {
    for (const round of this.#rounds.get(key) ?? []) {
      if (this.#wants(round)) this.#offer(key, round);
    }
  }

  /**
   * The claim that a result belongs to; null when it is of another round, or of a permit that another instance holds.
   * A permit that this hub did not hand out may be another hub's: the store knows.
   */
  answer(
    key: string,
    result: { version: number; round: number; id: string; ok: boolean },
    instanceId: string,
  ): PermitClaim | null {
    const round = this.#rounds
      .get(key)
      ?.find(({ version, probe }) => version === result.version && probe.round === result.round);
    if (round === undefined) return null;
    const holder = round.given.get(result.id);
    if (holder !== undefined && holder !== instanceId) return null;
    if (holder !== undefined) round.answered.add(result.id);
    round.hasSucceeded ||= result.ok;
    return this.#claimOf(key, round);
  }

  #wants(round: Round): boolean {
    if (round.claiming) return false;
    return !round.exhausted || round.spare.length > 0 || this.#ports.now() >= round.askAgainAt;
  }

  #offer(key: string, round: Round): void {
    if (this.#ports.now() >= round.askAgainAt) {
      round.given.clear();
      round.answered.clear();
      round.spare.length = 0;
      round.exhausted = false;
    }
    const free = this.#free(key, round);
    this.#give(key, round, round.spare.splice(0), free);
    const open = round.hasSucceeded ? round.probe.permits : FIRST_PERMITS;
    const left = open - round.given.size - round.spare.length;
    const want = round.exhausted ? 0 : Math.min(left, this.#free(key, round).length);
    if (want > 0) this.#startClaim(key, round, want);
  }

  #claimOf(key: string, round: Round): PermitClaim {
    return {
      environmentId: this.#environmentId,
      breaker: key,
      version: round.version,
      round: round.probe.round,
    };
  }

  #startClaim(key: string, round: Round, want: number): void {
    const claim = this.#claim(key, round, want).finally(() => this.#claims.delete(claim));
    this.#claims.add(claim);
  }

  async #claim(key: string, round: Round, want: number): Promise<void> {
    round.claiming = true;
    round.askAgainAt = this.#ports.now() + round.probe.ttlMs + ASK_MARGIN_MS;
    try {
      const ids = await this.#ports.claim(this.#claimOf(key, round), round.probe.permits, want);
      round.claiming = false;
      if (ids.length < want) round.exhausted = true;
      if (this.#rounds.get(key)?.includes(round) !== true) return;
      this.#give(key, round, ids, this.#free(key, round));
      // Others may have come to want one meanwhile, and an instance that polls waits for the answer.
      if (this.#wants(round)) this.#offer(key, round);
    } catch (error) {
      round.claiming = false;
      this.#ports.onError('claim permits', error);
    }
  }

  #give(key: string, round: Round, ids: readonly string[], to: string[]): void {
    for (const id of ids) {
      const instanceId = this.#sendTo(key, round, id, to);
      if (instanceId === null) {
        round.spare.push(id);
      } else {
        round.given.set(id, instanceId);
      }
    }
  }

  /** Sends a permit to one of them, taking it out of the list. */
  #sendTo(key: string, round: Round, id: string, to: string[]): string | null {
    const { version, probe } = round;
    const frame = { b: key, v: version, round: probe.round, id, ttlMs: probe.ttlMs };
    const text = serializePermit(frame);
    while (to.length > 0) {
      const at = Math.min(to.length - 1, Math.floor(this.#ports.random() * to.length));
      const [instanceId] = to.splice(at, 1);
      if (instanceId !== undefined && this.#ports.send(instanceId, key, text)) return instanceId;
    }
    return null;
  }

  #free(key: string, round: Round): string[] {
    const candidates = this.#ports.candidates(key, round.version);
    const taken = new Set(round.given.values());
    const unknownKeys = candidates.filter((id) => !taken.has(id));
    if (unknownKeys.length > 0) return unknownKeys;
    const busy = new Set<string>();
    for (const [id, instanceId] of round.given) {
      if (!round.answered.has(id)) busy.add(instanceId);
    }
    return candidates.filter((id) => !busy.has(id));
  }
}

/** The states of a view that are probed: the fleet's, and those of parts of it. */
function probesOf(
  view: BreakerView | undefined,
): readonly { readonly version: number; readonly probe: ProbeRound }[] {
  return [view, ...(view?.scopes ?? [])].flatMap((summary) =>
    summary?.state === 'probing' && summary.probe !== undefined
      ? [{ version: summary.version, probe: summary.probe }]
      : [],
  );
}

function newRound(version: number, probe: ProbeRound): Round {
  return {
    version,
    probe,
    given: new Map(),
    answered: new Set(),
    spare: [],
    hasSucceeded: false,
    exhausted: false,
    askAgainAt: Number.POSITIVE_INFINITY,
    claiming: false,
  };
}

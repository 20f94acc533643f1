import type { SignalStore } from '@recloser/backbone';
import {
  addCounts,
  EMPTY_COUNTS,
  holdOpenings,
  INSTANCE_WINDOWS_MS,
  isTroubled,
  livePartitions,
  samePartition,
  type ActiveBreaker,
  type Counts,
  type Millis,
  type OpeningsHold,
  type DecisionResult,
} from '@recloser/core';
import type { LoadedBreaker, Openings, States } from '@recloser/db';

/** What is looked at for breakers that fail at the same time, in ms. */
const AT_ONCE_MS = 2_000;
/** What was read of all breakers is used again for this long, in ms. */
const REUSED_MS = 250;

export interface OpeningsPorts {
  readonly openings: Pick<Openings, 'read' | 'hold' | 'servicesOf'>;
  readonly signals: Pick<SignalStore, 'now' | 'perSecondTotals' | 'windowTotals'>;
  readonly states: Pick<States, 'load'>;
}

/** A breaker with what its evidence alone would decide. */
export interface Considered {
  readonly record: LoadedBreaker;
  readonly outcome: DecisionResult;
}

export interface OpeningsVerdict {
  /** Keys of breakers whose opening waits. */
  readonly held: ReadonlySet<string>;
  /** The environment's last hold, which those that have waited name. */
  readonly hold: OpeningsHold | null;
}

const NOTHING: OpeningsVerdict = { held: new Set(), hold: null };

/** True when evidence opens the breaker, or a part of it, that let calls through. */
export function opens({ record, outcome: { transition } }: Considered): boolean {
  if (transition === null || transition.control.mode === 'observe') return false;
  const { state, scopes = [] } = transition;
  if (state.kind === 'open')
    return record.state.kind === 'closed' || record.state.kind === 'dimmed';
  const before = livePartitions(record);
  return scopes.some(
    ({ scope, state: { kind }, control: { mode } }) =>
      kind === 'open' &&
      mode === 'auto' &&
      !before.some((known) => samePartition(known.scope, scope)),
  );
}

/** Finds out whether openings are to wait, as many breakers fail at once on the same instances. */
export class CorrelatedOpenings {
  readonly #lately = new Map<string, { readonly at: Millis; readonly counts: LatelyCounts }>();

  constructor(private readonly ports: OpeningsPorts) {}

  /** Costs two short reads when a breaker is about to open, and nothing otherwise. */
  async check(environmentId: string, considered: readonly Considered[]): Promise<OpeningsVerdict> {
    const opening = considered.filter(opens).map(({ record }) => record);
    const [first] = opening;
    if (first === undefined) return NOTHING;
    const [{ correlated, hold }, lately] = await Promise.all([
      this.ports.openings.read(environmentId),
      this.#latelyOf(environmentId),
    ]);
    const keys = new Set(opening.map(({ key }) => key));
    const failing = [...lately].filter(([key, counts]) => !keys.has(key) && isTroubled(counts));
    if (correlated.breakers === null || keys.size + failing.length < correlated.breakers) {
      return { held: NOTHING.held, hold };
    }
    const loaded = await this.ports.states.load(
      environmentId,
      failing.map(([key]) => key),
    );
    const troubled = await this.#troubled(environmentId, [...opening, ...loaded], keys);
    const active = await this.#active(environmentId, lately);
    const verdict = holdOpenings({ troubled, active }, hold, correlated, first.now);
    if (verdict.hold === null || verdict.hold === hold) return { held: verdict.held, hold };
    const standing = await this.ports.openings.hold(environmentId, verdict.hold);
    return { held: verdict.held, hold: standing };
  }

  async #latelyOf(environmentId: string): Promise<LatelyCounts> {
    const { signals } = this.ports;
    const now = await signals.now();
    const known = this.#lately.get(environmentId);
    if (known !== undefined && Math.abs(now - known.at) < REUSED_MS) return known.counts;
    const counts = new Map<string, Counts>();
    for (const { breaker, counts: more } of await signals.perSecondTotals(
      environmentId,
      now - AT_ONCE_MS,
      now + 1_000,
    )) {
      counts.set(breaker, addCounts(counts.get(breaker) ?? EMPTY_COUNTS, more));
    }
    this.#lately.set(environmentId, { at: now, counts });
    return counts;
  }

  async #troubled(
    environmentId: string,
    breakers: readonly LoadedBreaker[],
    opening: ReadonlySet<string>,
  ) {
    const queries = breakers.map(({ key, version }) => ({
      breaker: key,
      version,
      windowMs: INSTANCE_WINDOWS_MS[0],
    }));
    const { signals } = this.ports;
    const sums = await signals.windowTotals(environmentId, queries, await signals.now());
    return sums.map((window) => ({
      key: window.breaker,
      opens: opening.has(window.breaker),
      window,
    }));
  }

  async #active(environmentId: string, lately: LatelyCounts): Promise<ActiveBreaker[]> {
    const services = await this.ports.openings.servicesOf(environmentId);
    return [...lately.keys()].map((key) => ({ key, services: services.get(key) ?? [] }));
  }
}

type LatelyCounts = ReadonlyMap<string, Counts>;

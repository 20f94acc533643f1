import { BUCKET_MS, COUNT_FIELDS, type Millis } from '@recloser/core';
import {
  BEAT_TTL_MS,
  bucketRange,
  CENSUS_TTL_MS,
  type BucketSum,
  type CensusEntry,
  countsOf,
  foldAggregates,
  groupCensus,
  PERMIT_TTL_MS,
  PRESENCE_TTL_MS,
  type PresenceRow,
  sumAcks,
  sumCensus,
} from '../evidence.js';
import { permitIds, permitIndex } from '../permits.js';
import type { PermitClaim, SecondSum, SignalStore, WindowQuery, WindowSum } from '../ports.js';

/** A signal store that can be emptied, as one whose server was restarted. */
export interface MemorySignalStore extends SignalStore {
  clear(): void;
}

interface Stamped<T> {
  readonly at: Millis;
  readonly value: T;
}

interface PermitRound {
  readonly version: number;
  readonly round: number;
  claimed: number;
  touchedAt: Millis;
  readonly answers: Map<number, boolean>;
}

const FAILURES = COUNT_FIELDS.indexOf('failures');
const KEEP_MS = 900_000;

/**
 * The SignalStore of a single process: for simulations, where time is a parameter. Not for running a control plane:
 * workers and API nodes are processes of their own.
 */
export function memorySignalStore(clock: () => Millis): MemorySignalStore {
  let kept = new Kept();
  const id = (environmentId: string, breaker: string): string => `${environmentId}\n${breaker}`;
  const mark = (environmentId: string, breakers: Iterable<string>): void => {
    for (const breaker of breakers) {
      kept.dirty.set(id(environmentId, breaker), { environmentId, breaker });
    }
  };
  const roundOf = (claim: PermitClaim): PermitRound | undefined => {
    const round = kept.permits.get(id(claim.environmentId, claim.breaker));
    return round !== undefined && clock() - round.touchedAt < PERMIT_TTL_MS ? round : undefined;
  };
  return {
    clear: () => {
      kept = new Kept();
    },
    now: async () => clock(),
    append: async ({ environmentId, hubId, aggregates, census }) => {
      const rows = foldAggregates(aggregates);
      for (const row of rows) kept.add(id(environmentId, row.breaker), row);
      const groups = groupCensus(census);
      for (const [breaker, value] of groups) {
        kept.censusOf(id(environmentId, breaker)).set(hubId, { at: clock(), value });
      }
      mark(environmentId, [...rows.map(({ breaker }) => breaker), ...groups.keys()]);
    },
    takeDirty: async (limit) => {
      const taken = [...kept.dirty].slice(0, limit);
      for (const [key] of taken) kept.dirty.delete(key);
      return taken.map(([, value]) => value);
    },
    markDirty: async (environmentId, breakers) => mark(environmentId, breakers),
    windows: async (environmentId, queries, now) =>
      queries.map((query) => kept.window(id(environmentId, query.breaker), query, now)),
    seconds: async (environmentId, from, to, breakers) =>
      kept.seconds(environmentId, from, to, breakers),
    claimPermits: async (claim, total, want) => {
      if (want <= 0 || total <= 0) return [];
      const { version, round } = claim;
      let known = roundOf(claim);
      if (known && (version < known.version || (version === known.version && round < known.round)))
        return [];
      if (known?.version !== version || known.round !== round) {
        known = { version, round, claimed: 0, touchedAt: 0, answers: new Map() };
        kept.permits.set(id(claim.environmentId, claim.breaker), known);
      }
      const before = known.claimed;
      known.claimed = Math.max(before, Math.min(before + want, total));
      known.touchedAt = clock();
      return permitIds(claim, before, known.claimed);
    },
    recordProbe: async (claim, permit, ok) => {
      const index = permitIndex(claim, permit);
      const round = roundOf(claim);
      if (index === null || round?.version !== claim.version || round.round !== claim.round) return;
      if (index >= round.claimed || round.answers.has(index)) return;
      round.answers.set(index, ok);
      mark(claim.environmentId, [claim.breaker]);
    },
    probes: async (claim) => {
      const round = roundOf(claim);
      const known = round?.version === claim.version && round.round === claim.round;
      const answers = known ? [...round.answers.values()] : [];
      const succeeded = answers.filter(Boolean).length;
      return {
        round: claim.round,
        claimed: known ? round.claimed : 0,
        succeeded,
        failed: answers.length - succeeded,
      };
    },
    reportPresence: async ({ environmentId, hubId, acked, behind }) => {
      kept.presence.set(id(environmentId, hubId), {
        at: clock(),
        value: { environmentId, acked, behind },
      });
    },
    acks: async (environmentId, seq) => {
      const live = [...kept.presence.values()].filter(
        ({ at, value }) => value.environmentId === environmentId && clock() - at < PRESENCE_TTL_MS,
      );
      return sumAcks(
        live.map(({ value }) => value),
        seq,
      );
    },
    beat: async () => {
      kept.beatAt = clock();
    },
    lastBeatAge: async () => {
      const age = clock() - kept.beatAt;
      return age < BEAT_TTL_MS ? age : null;
    },
    prune: async (keepMs) => kept.prune(clock() - keepMs),
    close: async () => undefined,
  };
}

type Presence = PresenceRow & { readonly environmentId: string };

/** Everything that a restart of the store loses. */
class Kept {
  readonly dirty = new Map<string, { readonly environmentId: string; readonly breaker: string }>();
  readonly permits = new Map<string, PermitRound>();
  readonly presence = new Map<string, Stamped<Presence>>();
  beatAt = Number.NEGATIVE_INFINITY;
  /** By environment and breaker, then by version, then by bucket. */
  readonly #buckets = new Map<string, Map<number, Map<number, number[]>>>();
  readonly #census = new Map<string, Map<string, Stamped<readonly CensusEntry[]>>>();

  add(id: string, { version, bucket, counts }: BucketSum): void {
    const versions = getOr(this.#buckets, id, () => new Map<number, Map<number, number[]>>());
    const buckets = getOr(versions, version, () => new Map<number, number[]>());
    const before = buckets.get(bucket);
    buckets.set(bucket, before ? counts.map((count, i) => count + (before[i] ?? 0)) : counts);
  }

  censusOf(id: string): Map<string, Stamped<readonly CensusEntry[]>> {
    return getOr(this.#census, id, () => new Map<string, Stamped<readonly CensusEntry[]>>());
  }

  window(id: string, query: WindowQuery, now: Millis): WindowSum {
    const range = bucketRange(query, now);
    const buckets = this.#buckets.get(id)?.get(query.version);
    let sum = COUNT_FIELDS.map(() => 0);
    let failingBuckets = 0;
    let firstFailureAt: Millis | null = null;
    for (let bucket = range.first; buckets !== undefined && bucket <= range.last; bucket += 1) {
      const counts = buckets.get(bucket);
      if (counts === undefined) continue;
      sum = sum.map((count, i) => count + (counts[i] ?? 0));
      if ((counts[FAILURES] ?? 0) === 0) continue;
      failingBuckets += 1;
      firstFailureAt ??= bucket * BUCKET_MS;
    }
    const live = [...this.censusOf(id).values()]
      .filter(({ at }) => now - at < CENSUS_TTL_MS)
      .flatMap(({ value }) => value);
    const { breaker } = query;
    return {
      breaker,
      counts: countsOf(sum),
      failingBuckets,
      firstFailureAt,
      ...sumCensus(live, query),
    };
  }

  seconds(
    environmentId: string,
    from: Millis,
    to: Millis,
    breakers?: readonly string[],
  ): SecondSum[] {
    const sums = new Map<string, { breaker: string; second: number; counts: number[] }>();
    for (const [id, versions] of this.#buckets) {
      const [environment, breaker = ''] = id.split('\n');
      if (environment !== environmentId || breakers?.includes(breaker) === false) continue;
      for (const [bucket, counts] of [...versions.values()].flatMap((buckets) => [...buckets])) {
        const second = Math.floor((bucket * BUCKET_MS) / 1_000);
        if (second * 1_000 < from || second * 1_000 >= to) continue;
        const sum = getOr(sums, `${second} ${breaker}`, () => ({ breaker, second, counts: [] }));
        sum.counts = counts.map((count, i) => count + (sum.counts[i] ?? 0));
      }
    }
    return [...sums.values()]
      .sort((a, b) => a.second - b.second)
      .map(({ breaker, second, counts }) => ({ breaker, second, counts: countsOf(counts) }));
  }

  prune(before: Millis): void {
    const cut = Math.min(before, Number.MAX_SAFE_INTEGER) / BUCKET_MS;
    for (const versions of this.#buckets.values()) {
      for (const [version, buckets] of versions) {
        for (const bucket of buckets.keys()) if (bucket < cut) buckets.delete(bucket);
        if (buckets.size === 0) versions.delete(version);
      }
    }
    for (const [key, { at }] of this.presence) if (at < before - KEEP_MS) this.presence.delete(key);
  }
}

function getOr<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

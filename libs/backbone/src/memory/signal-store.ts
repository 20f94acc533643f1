import {
  type AckEvidence,
  BUCKET_MS,
  type Millis,
  type ProbeEvidence,
  type Partition,
} from '@recloser/core';
import type {
  PermitClaim,
  Presence,
  ProbeAnswer,
  SecondLatencies,
  SignalBatch,
} from '@recloser/protocol';
import {
  heartbeatAgesOf,
  heartbeatField,
  bucketRange,
  CENSUS_TTL_MS,
  type BucketSum,
  type StatisticsEntry,
  countsOf,
  foldAggregates,
  groupStatistics,
  PERMIT_TTL_MS,
  PRESENCE_TTL_MS,
  type PresenceRow,
  presenceRow,
  sumAcks,
  sumStatistics,
} from '../evidence.js';
import { keptMs, keptReason, permitIds, permitIndex } from '../permits.js';
import type {
  HeartbeatAges,
  DirtyMark,
  SecondSum,
  SignalStore,
  WindowQuery,
  WindowSum,
} from '../ports.js';
import { RangeSum } from '../range-sum.js';
import { KeptLatencies } from './kept-latencies.js';

interface Stamped<T> {
  readonly at: Millis;
  readonly value: T;
}

interface Mark {
  readonly environmentId: string;
  readonly breaker: string;
  readonly markedAt: Millis;
}

interface PermitRound {
  readonly round: number;
  claimed: number;
  touchedAt: Millis;
  readonly answers: Map<number, boolean>;
  reason: string | null;
  slowest: number | null;
  claimedAt: Millis | null;
}

/**
 * The SignalStore of a single process: for simulations, where time is a parameter. Not for running a control plane:
 * workers and API nodes are processes of their own.
 */
export class MemorySignalStore implements SignalStore {
  #kept = new Kept();

  constructor(private readonly clock: () => Millis) {}

  /** Loses everything, as a restart of the server does. */
  clear(): void {
    this.#kept = new Kept();
  }

  now(): Promise<Millis> {
    return Promise.resolve(this.clock());
  }

  append({ environmentId, hubId, aggregates, census, latencies }: SignalBatch): Promise<void> {
    const rows = foldAggregates(aggregates);
    for (const row of rows) this.#kept.add(idOf(environmentId, row.breaker), row);
    this.#kept.latencies.add(environmentId, latencies ?? []);
    const groups = groupStatistics(census);
    for (const [breaker, value] of groups) {
      this.#kept.censusOf(idOf(environmentId, breaker)).set(hubId, { at: this.clock(), value });
    }
    const marked = [...rows.map(({ breaker }) => breaker), ...groups.keys()];
    return this.markDirty(environmentId, marked);
  }

  takeDirty(limit: number): Promise<readonly DirtyMark[]> {
    const now = this.clock();
    const taken = [...this.#kept.dirty].slice(0, limit);
    for (const [id] of taken) this.#kept.dirty.delete(id);
    return Promise.resolve(
      taken.map(([, { markedAt, ...mark }]) => ({ ...mark, waitedMs: now - markedAt })),
    );
  }

  markDirty(environmentId: string, breakers: readonly string[]): Promise<void> {
    for (const breaker of breakers) {
      const id = idOf(environmentId, breaker);
      const markedAt = this.#kept.dirty.get(id)?.markedAt ?? this.clock();
      this.#kept.dirty.set(id, { environmentId, breaker, markedAt });
    }
    return Promise.resolve();
  }

  windowTotals(
    environmentId: string,
    queries: readonly WindowQuery[],
    now: Millis,
  ): Promise<readonly WindowSum[]> {
    const windowOf = (query: WindowQuery) =>
      this.#kept.window(idOf(environmentId, query.breaker), query, now);
    return Promise.resolve(queries.map(windowOf));
  }

  perSecondTotals(
    environmentId: string,
    from: Millis,
    to: Millis,
    breakers?: readonly string[],
  ): Promise<readonly SecondSum[]> {
    return Promise.resolve(this.#kept.seconds(environmentId, from, to, breakers));
  }

  latencies(
    environmentId: string,
    from: Millis,
    to: Millis,
    breakers?: readonly string[],
  ): Promise<readonly SecondLatencies[]> {
    return Promise.resolve(this.#kept.latencies.read(environmentId, from, to, breakers));
  }

  claimPermits(claim: PermitClaim, total: number, want: number): Promise<readonly string[]> {
    if (want <= 0 || total <= 0) return Promise.resolve([]);
    const round = this.#openRound(claim);
    if (round === null) return Promise.resolve([]);
    const before = round.claimed;
    round.claimed = Math.max(before, Math.min(before + want, total));
    round.touchedAt = this.clock();
    if (round.claimed > before) round.claimedAt = this.clock();
    return Promise.resolve(permitIds(claim, before, round.claimed));
  }

  recordProbe(claim: PermitClaim, id: string, answer: ProbeAnswer): Promise<void> {
    const index = permitIndex(claim, id);
    const round = this.#roundOf(claim);
    if (index === null || round === undefined || !isOf(round, claim)) return Promise.resolve();
    if (index >= round.claimed || round.answers.has(index)) return Promise.resolve();
    round.answers.set(index, answer.ok);
    round.reason = keptReason(answer) ?? round.reason;
    const ms = keptMs(answer);
    if (ms !== null) round.slowest = Math.max(round.slowest ?? 0, ms);
    return this.markDirty(claim.environmentId, [claim.breaker]);
  }

  probes(claim: PermitClaim): Promise<ProbeEvidence> {
    const round = this.#roundOf(claim);
    const known = round !== undefined && isOf(round, claim) ? round : null;
    const answers = [...(known?.answers.values() ?? [])];
    const succeeded = answers.filter(Boolean).length;
    const reason = known?.reason ?? null;
    const slowest = known?.slowest ?? null;
    const claimed = known?.claimed ?? 0;
    return Promise.resolve({
      round: claim.round,
      claimed,
      succeeded,
      failed: answers.length - succeeded,
      ...(known !== null && { lastClaimedAt: known.claimedAt }),
      ...(reason !== null && { reason }),
      ...(slowest !== null && { slowestMs: slowest }),
    });
  }

  reportPresence(presence: Presence): Promise<void> {
    const { environmentId, hubId } = presence;
    const value = { environmentId, ...presenceRow(presence) };
    this.#kept.presence.set(idOf(environmentId, hubId), { at: this.clock(), value });
    return Promise.resolve();
  }

  acks(environmentId: string, seq: number, part?: Partition): Promise<AckEvidence> {
    const rows = [...this.#kept.presence.values()]
      .filter(({ at }) => this.clock() - at < PRESENCE_TTL_MS)
      .map(({ value }) => value)
      .filter((value) => value.environmentId === environmentId);
    return Promise.resolve(sumAcks(rows, seq, part));
  }

  heartbeat(environmentIds: readonly string[]): Promise<void> {
    for (const id of environmentIds) this.#kept.beats.set(heartbeatField(id), this.clock());
    return Promise.resolve();
  }

  heartbeatAges(): Promise<HeartbeatAges> {
    const ages = [...this.#kept.beats].map(([name, at]) => [name, this.clock() - at] as const);
    return Promise.resolve(heartbeatAgesOf(new Map(ages)));
  }

  prune(keepMs: number): Promise<void> {
    this.#kept.prune(this.clock() - keepMs);
    for (const [id, { touchedAt }] of this.#kept.permits) {
      if (this.clock() - touchedAt >= PERMIT_TTL_MS) this.#kept.permits.delete(id);
    }
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #roundOf(claim: PermitClaim): PermitRound | undefined {
    const round = this.#kept.permits.get(permitOf(claim));
    const alive = round !== undefined && this.clock() - round.touchedAt < PERMIT_TTL_MS;
    return alive ? round : undefined;
  }

  /** The round asked for, begun when it is a later one; null when it is over. */
  #openRound(claim: PermitClaim): PermitRound | null {
    const { round } = claim;
    const known = this.#roundOf(claim);
    if (known !== undefined && isOf(known, claim)) return known;
    if (known !== undefined && round < known.round) return null;
    const opened: PermitRound = {
      round,
      claimed: 0,
      touchedAt: this.clock(),
      answers: new Map(),
      reason: null,
      slowest: null,
      claimedAt: null,
    };
    this.#kept.permits.set(permitOf(claim), opened);
    return opened;
  }
}

const idOf = (environmentId: string, name: string): string => `${environmentId}\n${name}`;

/** Each state of a breaker has rounds of its own. */
const permitOf = ({ environmentId, breaker, version }: PermitClaim): string =>
  idOf(environmentId, `${version}\n${breaker}`);

const isOf = (round: PermitRound, claim: PermitClaim): boolean => round.round === claim.round;

/** Everything that a restart of the store loses. */
class Kept {
  readonly dirty = new Map<string, Mark>();
  readonly latencies = new KeptLatencies();
  readonly permits = new Map<string, PermitRound>();
  readonly presence = new Map<string, Stamped<PresenceRow & { readonly environmentId: string }>>();
  readonly beats = new Map<string, Millis>();
  /** By environment and breaker, then by version, then by bucket. */
  readonly #buckets = new Map<string, Map<number, Map<number, number[]>>>();
  readonly #census = new Map<string, Map<string, Stamped<readonly StatisticsEntry[]>>>();

  add(id: string, { version, bucket, counts }: BucketSum): void {
    const versions = getOr(this.#buckets, id, () => new Map<number, Map<number, number[]>>());
    const buckets = getOr(versions, version, () => new Map<number, number[]>());
    const before = buckets.get(bucket);
    buckets.set(bucket, before ? counts.map((count, i) => count + (before[i] ?? 0)) : counts);
  }

  censusOf(id: string): Map<string, Stamped<readonly StatisticsEntry[]>> {
    return getOr(this.#census, id, () => new Map<string, Stamped<readonly StatisticsEntry[]>>());
  }

  window(id: string, query: WindowQuery, now: Millis): WindowSum {
    const range = bucketRange(query, now);
    const buckets = this.#buckets.get(id)?.get(query.version);
    const sum = new RangeSum();
    for (let bucket = range.first; buckets !== undefined && bucket <= range.last; bucket += 1) {
      const counts = buckets.get(bucket);
      if (counts !== undefined) sum.add(bucket, counts);
    }
    const live = [...this.censusOf(id).values()]
      .filter(({ at }) => now - at < CENSUS_TTL_MS)
      .flatMap(({ value }) => value);
    const { breaker } = query;
    return {
      breaker,
      ...sum.gained(query),
      ...sumStatistics(live, query, sum.troubledBuckets),
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
    this.latencies.prune(before);
    const cut = before / BUCKET_MS;
    for (const versions of this.#buckets.values()) {
      for (const [version, buckets] of versions) {
        for (const bucket of buckets.keys()) if (bucket < cut) buckets.delete(bucket);
        if (buckets.size === 0) versions.delete(version);
      }
    }
  }
}

function getOr<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

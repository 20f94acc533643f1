import type {
  AckEvidence,
  Counts,
  FailureRun,
  GroupCounts,
  InstanceCounts,
  KeyCounts,
  LagEvidence,
  LocalOpenings,
  Millis,
  ProbeEvidence,
  Partition,
  WaitEvidence,
} from '@recloser/core';
import type {
  JobName,
  PermitClaim,
  Presence,
  ProbeAnswer,
  SecondLatencies,
  SignalBatch,
} from '@recloser/protocol';

/** The counted calls of one bucket. */
export interface BucketSeries {
  /** Start of the bucket. */
  readonly at: Millis;
  readonly calls: number;
  readonly failures: number;
  readonly slow: number;
  readonly localLag: number;
}

/** Sum over a span of buckets under one version, over all hubs. `census` sums the live hubs' numbers for the window asked for. */
export interface WindowSum {
  readonly breaker: string;
  readonly counts: Counts;
  readonly failingBuckets: number;
  /** Start of the first bucket with a failure, or null. */
  readonly firstFailureAt: Millis | null;
  /** Start of the last one. */
  readonly lastFailureAt: Millis | null;
  /** Only when the query asked for it. */
  readonly run?: FailureRun;
  /** Only when the query asked for it: the buckets with calls from the first failed, slow or lagging one on, in order. */
  readonly series?: readonly BucketSeries[];
  /** Only when something was left out for instances' own stalls. */
  readonly lag?: LagEvidence;
  /** Instances that the dependency has asked to wait, by the store's clock; absent: none. */
  readonly wait?: WaitEvidence;
  readonly reporting: number;
  readonly failing: number;
  /** Absent when a hub did not tell. */
  readonly slowInstances?: number;
  readonly heaviest: readonly InstanceCounts[];
  /** Summed over the hubs that had failed or slow calls; absent: none had. */
  readonly groups?: readonly GroupCounts[];
  /** The same by SDK key; absent: none had, or all instances have the same key. */
  readonly keys?: readonly KeyCounts[];
  /** Summed over the hubs, and only of the shortest window; absent: no instance rejects on its own. */
  readonly local?: LocalOpenings;
}

export interface WindowQuery {
  readonly breaker: string;
  readonly version: number;
  readonly windowMs: number;
  /** Only buckets that start at or after this. */
  readonly notBefore?: Millis;
  /** Tell the run of failures at its end, too. */
  readonly run?: boolean;
  /** Tell its buckets, too. */
  readonly series?: boolean;
}

/** One second of one breaker over the fleet, all versions together: for charts and rollups. */
export interface SecondSum {
  readonly breaker: string;
  /** Whole second since the epoch. */
  readonly second: number;
  readonly counts: Counts;
}

/** A breaker that has to be evaluated. */
export interface DirtyMark {
  readonly environmentId: string;
  readonly breaker: string;
  /** For how long it has been marked by the store's clock, in ms. */
  readonly waitedMs: Millis;
}

/**
 * Counts in flight between API nodes and workers. Nothing here is a record: losing all of it means that
 * less is known for some seconds, never that something looks healthy.
 */
export interface SignalStore {
  /** The store's clock, in ms. */
  now(): Promise<Millis>;
  /**
   * Adds the counts, replaces the hub's statistics rows of those breakers, marks the breakers dirty. One round trip.
   */
  append(batch: SignalBatch): Promise<void>;
  /** Removes and returns environments' dirty breakers, at most `limit`. Two callers never get the same mark. */
  takeDirty(limit: number): Promise<readonly DirtyMark[]>;
  /** Marks breakers dirty again, e.g. when an evaluation was lost. */
  markDirty(environmentId: string, breakers: readonly string[]): Promise<void>;
  /** The windows asked for, in order; a breaker that is not known gets zeros. */
  windowTotals(
    environmentId: string,
    queries: readonly WindowQuery[],
    now: Millis,
  ): Promise<readonly WindowSum[]>;
  /** Per-second sums in [from, to) for all breakers of an environment (or those named), ascending. */
  perSecondTotals(
    environmentId: string,
    from: Millis,
    to: Millis,
    breakers?: readonly string[],
  ): Promise<readonly SecondSum[]>;
  /** Latencies of the seconds in [from, to) over all hubs, as `perSecondTotals` has the counts. */
  latencies(
    environmentId: string,
    from: Millis,
    to: Millis,
    breakers?: readonly string[],
  ): Promise<readonly SecondLatencies[]>;
  /** Takes up to `want` of the round's `total` permits, atomically; returns the ids granted: `${version}.${round}.${i}`. */
  claimPermits(claim: PermitClaim, total: number, want: number): Promise<readonly string[]>;
  /** Records how a permit's call ended. Idempotent by id; an unknown id or old round is ignored. Marks the breaker dirty. */
  recordProbe(claim: PermitClaim, id: string, answer: ProbeAnswer): Promise<void>;
  probes(claim: PermitClaim): Promise<ProbeEvidence>;
  reportPresence(presence: Presence): Promise<void>;
  /**
   * Over all live hubs: how many are connected and have acknowledged `seq`; of one part of the fleet where it is given.
   * A hub that does not tell the part apart counts with all its instances.
   */
  acks(environmentId: string, seq: number, part?: Partition): Promise<AckEvidence>;
  /** An evaluator says that decisions are being made in these environments. */
  heartbeat(environmentIds: readonly string[]): Promise<void>;
  /** How long ago any evaluator last said so. */
  heartbeatAges(): Promise<HeartbeatAges>;
  /** Forgets buckets older than `keepMs`, and expired presence, permits and instance statistics. */
  prune(keepMs: number): Promise<void>;
  close(): Promise<void>;
}

/** Milliseconds since the last beat for an environment; null: none within a minute. */
export type HeartbeatAges = (environmentId: string) => Millis | null;

/** Small hints between processes. At most once, unordered: whoever listens also polls. */
export interface Bus {
  publish(topic: BusTopic, payload: BusPayload): Promise<void>;
  /** Resolves when listening; the returned function stops it. */
  subscribe(topic: BusTopic, handler: (payload: BusPayload) => void): Promise<() => Promise<void>>;
  /** Called after a lost connection was restored: whatever came in between was missed. */
  onGap(handler: () => void): void;
  close(): Promise<void>;
}

/** `seq`: an environment has a new seq. `keys`: an SDK key was revoked. `wake`: breakers want an evaluation now. */
export const BUS_TOPICS = ['seq', 'keys', 'wake'] as const;
export type BusTopic = (typeof BUS_TOPICS)[number];
export interface BusPayload {
  readonly environmentId: string;
  readonly seq?: number;
  readonly keyId?: string;
}

/** Takes a job's payload, already checked against the catalogue. */
export type JobHandler = (payload: unknown) => Promise<void>;

/** Told when a job starts for the first time: for how long it has been due, in ms. Not told of retries. */
export type JobStartListener = (job: JobName, waitedMs: Millis) => void;

export interface AddOptions {
  /** The same id while such a job waits is one job; while one runs, one more waits. */
  readonly dedupeId?: string;
  readonly delayMs?: number;
}

export interface JobQueues {
  /** Adds a job. A payload that the catalogue does not allow is refused here. */
  add(job: JobName, payload: unknown, options?: AddOptions): Promise<void>;
  /** Runs `job` every `everyMs` somewhere in the fleet, once, however many workers say so. */
  every(job: JobName, everyMs: number): Promise<void>;
  /** Starts consuming. A handler that throws is retried with back-off as the catalogue says. */
  process(
    handlers: Readonly<Partial<Record<JobName, JobHandler>>>,
    onStart?: JobStartListener,
  ): Promise<void>;
  /** Jobs waiting, delayed, active and failed, by `<job>.<state>`. */
  counts(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

/** What the backbone has to say; a pino logger fits. */
export interface BackboneLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface Backbone {
  readonly signals: SignalStore;
  readonly bus: Bus;
  readonly queues: JobQueues;
  close(): Promise<void>;
}

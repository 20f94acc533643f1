import type {
  Counts,
  GroupCounts,
  InstanceCounts,
  KeyCounts,
  LagEvidence,
  LatencyBins,
  LocalOpenings,
  Partition,
  WaitEvidence,
} from '@recloser/core';

/** What the hubs of API nodes put into the signal store and workers take out of it. */

/** Outcomes of one 250 ms bucket of one breaker, summed over one hub's instances of a service and zone. */
export interface Aggregate {
  readonly breaker: string;
  readonly version: number;
  readonly service: string;
  /** '' when unknown. */
  readonly zone: string;
  /** Absolute bucket index on the store's clock: floor(ms / 250). */
  readonly bucket: number;
  readonly counts: Counts;
}

/** One hub's exact numbers of instances over a trailing window; replaces the hub's last ones. */
export interface InstanceStatistics {
  readonly breaker: string;
  readonly version: number;
  readonly windowMs: number;
  readonly reporting: number;
  readonly failing: number;
  /** Of the reporting ones: their share of slow calls is above the tolerated one; absent: not known. */
  readonly slow?: number;
  /** Absent: no timeout was left out for a stall of the instance's own. */
  readonly lag?: LagStatistics;
  /** Instances with the most failures and with the most calls, at most 32. */
  readonly heaviest: readonly InstanceCounts[];
  /** Instances that the dependency has asked to wait, by the store's clock; absent: none. */
  readonly wait?: WaitEvidence;
  /** By service, zone and region, at most 65; absent: nothing failed or was slow. */
  readonly groups?: readonly GroupCounts[];
  /** By SDK key, at most 8; absent: nothing failed or was slow. */
  readonly keys?: readonly KeyCounts[];
  /** Only in the row of the shortest window; absent: no instance rejects on its own. */
  readonly local?: LocalOpenings;
}

/** The numbers of the instance statistics if timeouts during instances' own stalls were failures. */
export type LagStatistics = Omit<LagEvidence, 'failingBuckets'>;

/** How long a sample of one breaker's calls took that ended within a second, all versions together. */
export interface SecondLatencies {
  readonly breaker: string;
  /** Whole second since the epoch. */
  readonly second: number;
  readonly bins: LatencyBins;
}

export interface SignalBatch {
  readonly hubId: string;
  readonly environmentId: string;
  readonly aggregates: readonly Aggregate[];
  readonly census: readonly InstanceStatistics[];
  /** Absent: none. They mark nothing dirty. */
  readonly latencies?: readonly SecondLatencies[];
}

/** Who of some instances has applied what. */
export interface PresenceCount {
  /** Instances heard within 5 s, by acknowledged seq. */
  readonly acked: readonly (readonly [seq: number, instances: number])[];
  /** The instances furthest behind, at most 20. */
  readonly behind: readonly { readonly instanceId: string; readonly seq: number }[];
}

/** One hub's connected instances of one environment. Expires when it is not renewed. */
export interface Presence extends PresenceCount {
  readonly hubId: string;
  readonly environmentId: string;
  /** The same of parts of the fleet that have a state of their own; absent: not told apart. */
  readonly parts?: readonly (Partition & PresenceCount)[];
}

/** The permits of one round of probe calls. */
export interface PermitClaim {
  readonly environmentId: string;
  readonly breaker: string;
  readonly version: number;
  readonly round: number;
}

/** How the call of a permit ended. */
export interface ProbeAnswer {
  readonly ok: boolean;
  /** Why it failed, where that is known; at most 200 characters are kept. */
  readonly reason?: string;
  /** How long it took, in ms, where that is known. */
  readonly ms?: number;
}

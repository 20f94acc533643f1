import type { BreakerView, EnvironmentKind, Millis, Segment, SegmentEdit } from '@recloser/core';
import type { Chunk } from './replication/payload.js';
import type { PermitClaim, Presence, ProbeAnswer, SignalBatch } from '@recloser/protocol';

/** One connection as the hub sees it. None of these may throw. */
export interface SdkSocket {
  send(text: string): void;
  /** Sends a piece of a state: a message, or a fragment of one that follows the fragment before. */
  sendChunk(chunk: Chunk): void;
  /** Bytes handed to `send` that have not left the process. */
  bufferedBytes(): number;
  close(code: number, reason: string): void;
}

/** Times in ms. `now` may be any clock that does not jump; `storeNow` is the signal store's clock. */
export interface HubClock {
  now(): Millis;
  storeNow(): Millis;
}

/**
 * What a hub needs from outside. A rejected promise is reported through `onError` and never stops the hub; the batch
 * concerned is lost, as everything in flight may be.
 */
export interface HubPorts {
  append(batch: SignalBatch): Promise<void>;
  reportPresence(presence: Presence): Promise<void>;
  /** Takes up to `want` of the round's `total` permits; resolves to the ids granted. */
  claimPermits(claim: PermitClaim, total: number, want: number): Promise<readonly string[]>;
  recordProbe(claim: PermitClaim, id: string, answer: ProbeAnswer): Promise<void>;
  /** Marks breakers for an evaluation that no signal asks for: a ramp step has been applied everywhere. */
  markDirty(environmentId: string, breakers: readonly string[]): Promise<void>;
  /** An evaluation is wanted now; the breakers are marked dirty already. */
  wake(environmentId: string, breakers: readonly string[]): void;
  /** Names that the code uses and the environment does not have. Each is asked for at most once in 10 s. */
  discover(environmentId: string, keys: readonly string[]): void;
  /** An SDK has seen a later seq than this hub: read the change log now. */
  refresh(environmentId: string): void;
  /** How many instances the environment has, on all hubs. Asked every few seconds. */
  countInstances(environmentId: string): Promise<number>;
  /** True while evaluators are deciding in the environment; leases are renewed only then. */
  evaluatorAlive(environmentId: string): boolean;
  /** Runs soon, once the process has looked at its sockets and timers; left out: what waits goes on with each tick. */
  defer?(run: () => void): void;
  /** Compresses a text (zlib, RFC 1950); left out: nothing is compressed. */
  deflate?(text: string): Uint8Array;
  /** 0 ≤ x < 1 */
  random(): number;
  onError(what: string, error: unknown): void;
}

export interface HubOptions {
  readonly hubId: string;
  readonly environment: {
    readonly id: string;
    readonly key: string;
    readonly kind: EnvironmentKind;
  };
  readonly tuning?: Partial<HubTuning>;
}

/** A consistent state of an environment. */
export interface EnvironmentSnapshot {
  readonly epoch: string;
  readonly seq: number;
  readonly breakers: readonly BreakerView[];
  /** The content of segments that views only refer to, as far as the hub does not have it. */
  readonly segments?: readonly SegmentContent[];
  /** Views of the hub, by key, whose breakers are the same here. Those left out are compared by the hub. */
  readonly compared?: ReadonlyMap<string, ComparedView>;
}

/** A view of the hub that was compared with one of a snapshot. */
export interface ComparedView {
  readonly view: BreakerView;
  readonly isSame: boolean;
}

/** What a segment holds. */
export interface SegmentContent {
  readonly segment: Segment;
  /** What has changed of the content that the hub has; null: take it whole. */
  readonly edits: readonly SegmentEdit[] | null;
}

/** All changes after `from` up to `seq`, ascending; a null view means removed. */
export interface ChangeSet {
  readonly epoch: string;
  readonly from: number;
  readonly seq: number;
  readonly changes: readonly {
    readonly seq: number;
    readonly key: string;
    readonly view: BreakerView | null;
  }[];
  /** As in a snapshot. */
  readonly segments?: readonly SegmentContent[];
}

/** Values a hub runs by; all in ms unless said otherwise. */
export interface HubTuning {
  readonly flushMs: number;
  readonly urgentFlushMs: number;
  readonly leaseMs: number;
  readonly pingMs: number;
  /** Between two flushes while a breaker fails, while one ramps, and otherwise. */
  readonly urgentDrainMs: number;
  readonly rampDrainMs: number;
  readonly drainMs: number;
  readonly presenceMs: number;
  /** An instance counts as connected when it was heard within this: 5 s and a round trip. */
  readonly heardMs: number;
  readonly helloTimeoutMs: number;
  /** An instance may get a permit when it wanted a call within this. */
  readonly demandMs: number;
  /** Buckets that are older are dropped. */
  readonly maxAgeMs: number;
  /** Bytes; a socket with more waiting is closed to resync. */
  readonly maxBufferedBytes: number;
  /** Bytes; a state on its way waits while a socket has more to take. */
  readonly roomBytes: number;
  /** Work on states on their way before sockets and timers get their turn. */
  readonly turnMs: number;
  /** The same while a change is sent to all: it is awaited more urgently. */
  readonly changeTurnMs: number;
  /** A socket that takes nothing of its state for so long is closed. */
  readonly stalledMs: number;
  /** Frames per second and connection, and how many may come at once. */
  readonly framesPerSecond: number;
  readonly frameBurst: number;
  readonly maxInstances: number;
  /** Changes kept for resuming. */
  readonly logLength: number;
}

export const DEFAULT_TUNING: HubTuning = {
  flushMs: 1_000,
  urgentFlushMs: 50,
  leaseMs: 10_000,
  pingMs: 5_000,
  urgentDrainMs: 25,
  rampDrainMs: 50,
  drainMs: 250,
  presenceMs: 1_000,
  heardMs: 6_000,
  helloTimeoutMs: 10_000,
  demandMs: 10_000,
  maxAgeMs: 15_000,
  maxBufferedBytes: 1024 * 1024,
  roomBytes: 256 * 1024,
  turnMs: 8,
  changeTurnMs: 20,
  stalledMs: 30_000,
  framesPerSecond: 100,
  frameBurst: 400,
  maxInstances: 20_000,
  logLength: 10_000,
};

/** A connected instance, for the instances page and its table. */
export interface InstanceInfo {
  readonly instanceId: string;
  readonly service: string;
  readonly zone: string | null;
  readonly region: string | null;
  readonly sdk: string;
  readonly keyId: string;
  readonly ackedSeq: number;
  readonly lagMs: number;
  /** Store clock. */
  readonly connectedAt: Millis;
  readonly lastSeenAt: Millis;
}

/** A breaker as a hub knows it. */
export interface HeldBreaker {
  readonly view: BreakerView;
  /** Instances that have acknowledged this seq have applied the view: its own, or that of the snapshot that it came with. */
  readonly seq: number;
}

/** One instance's counts for one breaker over the last 10 s, whatever the version. */
export interface InstanceLive {
  readonly instanceId: string;
  readonly service: string;
  readonly zone: string | null;
  readonly ok: number;
  readonly failures: number;
  readonly slow: number;
  readonly rejected: number;
  readonly ackedSeq: number;
}

/** Plain counters since the hub began; monotonic but for `connections`. */
export interface HubStats {
  connections: number;
  helloes: number;
  frames: number;
  framesRefused: number;
  framesRateLimited: number;
  batches: number;
  batchesReplayed: number;
  items: number;
  itemsUnknownBreaker: number;
  itemsFutureVersion: number;
  itemsOlderVersion: number;
  bucketsTooOld: number;
  deltas: number;
  fulls: number;
  resumes: number;
  slowConsumers: number;
  unresponsive: number;
  drains: number;
  drainsLost: number;
  permits: number;
  probeResults: number;
}

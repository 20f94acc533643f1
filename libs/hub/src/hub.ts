import type { AckEvidence, BreakerView, Segment } from '@recloser/core';
import type { Instance, Presence } from '@recloser/protocol';
import type {
  ChangeSet,
  EnvironmentSnapshot,
  HeldBreaker,
  HubStats,
  InstanceInfo,
  InstanceLive,
  SdkSocket,
} from './ports.js';
import type { Payload } from './replication/payload.js';
import type { Understood } from './replication/sync.js';

/** What an SDK that polls is given. */
export interface PolledState {
  /** Changes with the state, and only with it: `epoch.seq`. That of the SDK's own state when this node is behind it. */
  readonly tag: string;
  /** The SDK has this state, or a later one. */
  readonly isUnchanged: boolean;
  /** Whether states that are still the same are good for another lease. */
  readonly lease: boolean;
  /** When to ask again, so that a lease does not run out in between. */
  readonly pollMs: number;
}

/** The answer to the frames of an SDK that polls. */
export interface PolledAnswer {
  /** Of the present state: when the SDK has another one, it should ask for it. */
  readonly tag: string;
  /** Frames for it. */
  readonly frames: readonly string[];
}

/** What an SDK without a socket has to say: the frames that it would have sent, in order, without hello and pong. */
export interface Exchange {
  readonly instance: Instance;
  /** New whenever the SDK starts to poll; its batches are numbered within it. */
  readonly connection: string;
  /** Tag of the state that it has applied; absent: its `ack` frames say so. */
  readonly state?: string | undefined;
  readonly frames: readonly string[];
}

/**
 * One environment on one API node: its snapshot and recent changes, its SDK connections, and what they report.
 * Give it a snapshot, then every change set in order; call `tick` every 25 ms or less. It starts no timers.
 */
export interface Hub {
  /** True when it has a snapshot. Connections that say hello before wait for it. */
  readonly ready: boolean;
  readonly epoch: string;
  /** The last seq applied; 0 before the first snapshot. */
  readonly seq: number;
  readonly stats: Readonly<HubStats>;

  /**
   * Replaces what is known. Connections get the difference, or everything when the epoch changed. `recent` holds the
   * changes that led up to a first snapshot (and maybe beyond): SDKs can then resume from any seq in it.
   */
  replaceSnapshot(snapshot: EnvironmentSnapshot, recent?: ChangeSet | null): void;
  /**
   * Applies a change set and pushes it. `stale`: known already. `gap`: something before it is missing or the epoch
   * is another one; load a snapshot.
   */
  applyChanges(changes: ChangeSet): 'applied' | 'stale' | 'gap';
  /**
   * The change log has just been seen, and nothing in it is newer than what is known here. Leases are renewed only
   * while that is so: a node that cannot read the log must not keep old states alive.
   */
  confirm(): void;

  /** Takes over an authenticated socket. Hand it what arrives, and tell it when the socket has closed. */
  connect(socket: SdkSocket, key: { readonly id: string }): SdkConnection;
  /**
   * Where the state stands for an SDK whose socket does not get through and that has the one with this tag; null before the
   * first snapshot. Where the SDK has seen more than this node, the node reads the log first, for 3 s at most. Never rejects.
   */
  polledState(known?: string): Promise<PolledState | null>;
  /**
   * The state itself, in pieces to be sent one after the other: of one `full` frame, or with `parts` whole frames. Those
   * who understand parts and have the state with the tag `known` get what has changed, as far as it is kept.
   */
  polledFrames(understood: Understood, known: string | null): Payload;
  /** Takes the frames of an SDK that polls; answers within half a second with what there is to tell it. Never rejects. */
  exchange(key: { readonly id: string }, exchange: Exchange): Promise<PolledAnswer>;
  /** Flushes, pings, reports presence, ends what is dead: whatever is due now. */
  tick(): void;
  /** Flushes now, whatever is due. Resolves when the batch was handed over or lost; never rejects. */
  flush(): Promise<void>;

  /** Tells every SDK to reconnect after a random time up to `withinMs`. Close them afterwards. */
  goodbye(reason: string, withinMs: number): void;
  /** Closes the connections of a revoked key. */
  closeKey(keyId: string): void;
  /** Closes all connections (1001). */
  closeAll(reason: string): void;

  /** The content of a segment that some rule names; undefined: it is not held here. */
  segment(key: string): Segment | undefined;
  /** A breaker as it is held; undefined: there is none. */
  view(key: string): BreakerView | undefined;
  /** All breakers of the environment; none before the first snapshot. */
  breakers(): Iterable<HeldBreaker>;
  /** Instances heard within 5 s by acknowledged seq. */
  presence(): Presence;
  /** How many of this hub's instances have applied `seq`. */
  convergence(seq: number): AckEvidence;
  /** All connected instances. */
  instances(): readonly InstanceInfo[];
  /** Instances that have gone since the last call. */
  takeGone(): readonly InstanceInfo[];
  /** The instances' own counts for a breaker over the last 10 s, most failures first. */
  live(breaker: string): readonly InstanceLive[];
}

export interface SdkConnection {
  /** One text frame; it came `waitedMs` ago, 0 by default. Never throws. */
  receive(text: string, waitedMs?: number): void;
  /** The socket is closed. */
  closed(): void;
}

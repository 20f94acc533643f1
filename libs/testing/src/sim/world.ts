import type { MemorySignalStore } from '@recloser/backbone';
import type { ApiNode } from './api-node.js';
import type { WorkerNode } from './worker-node.js';
import type { Dependency } from './dependency.js';
import type { SimInstance } from './instance.js';
import type { Network } from './network.js';
import type { Random } from './random.js';
import type { Scheduler } from './scheduler.js';
import type { SimOpenings } from './sim-openings.js';
import type { SimDatabase, TamperCommit } from './sim-database.js';

/** Deliberate damage, to see that it is found. */
export interface Tamper {
  readonly commit?: TamperCommit;
  readonly isAudited?: (seq: number) => boolean;
  readonly frame?: (text: string, instanceId: string) => string;
  readonly signals?: (store: MemorySignalStore) => void;
  /** Runs at the end of the trouble. */
  readonly atHealing?: (world: World) => void;
  /** What an instance's call is answered with. */
  readonly ended?: (error: unknown) => unknown;
}

/** Everything there is in one run. */
export interface World {
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly random: Random;
  readonly dependency: Dependency;
  readonly database: SimDatabase;
  /** Empties the signal store, as a restart of its server does. */
  readonly loseSignals: () => void;
  readonly apis: readonly ApiNode[];
  readonly workers: readonly WorkerNode[];
  readonly instances: readonly SimInstance[];
  readonly openings: SimOpenings;
}

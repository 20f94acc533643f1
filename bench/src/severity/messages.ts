/** What the severity benchmark and its processes tell each other. All times are `Date.now()` of one machine. */

export const TIMEOUT_MS = 1_000;
export const ACCOUNTS = 2_000;

export const ARMS = ['recloser', 'opossum', 'cockatiel'] as const;
export type Arm = (typeof ARMS)[number];

/** Several instances in one process: each has an SDK, or breakers, of its own. */
export interface CrewOptions {
  readonly arm: Arm;
  readonly instances: readonly { readonly id: string; readonly zone: string }[];
  readonly url: string;
  readonly sdkKey: string;
  readonly dependencyPort: number;
}

export type ToCrew =
  /** Gets every instance ready to call through this breaker. */
  | { readonly type: 'use'; readonly breaker: string }
  /** Load of each instance from now on; 0 ends it. */
  | { readonly type: 'load'; readonly breaker: string; readonly callsPerSecond: number }
  /** Opens and closes what each instance decides alone; what the fleet decides is closed by a person. */
  | { readonly type: 'reset'; readonly breaker: string }
  | { readonly type: 'count'; readonly breaker: string };

export interface Counts {
  readonly ok: number;
  readonly failed: number;
  readonly rejected: number;
}

export type FromCrew =
  | { readonly type: 'ready' }
  | { readonly type: 'using'; readonly breaker: string }
  /** From now on this instance turns every call away. */
  | {
      readonly type: 'blocked';
      readonly breaker: string;
      readonly instance: string;
      readonly at: number;
    }
  | ({ readonly type: 'counts'; readonly breaker: string } & Counts);

export interface ToDependency {
  /** Of the calls, by chance, 0…1. */
  readonly share: number;
  /** Ends by itself after this time; null: goes on. */
  readonly forMs: number | null;
}

export type FromDependency =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'failing'; readonly at: number }
  | { readonly type: 'healed'; readonly at: number };

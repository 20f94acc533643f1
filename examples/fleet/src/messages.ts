/** What the story, the dependency and the service processes tell each other over IPC. All times are `Date.now()` of one machine. */

export type DependencyMode = 'healthy' | 'errors' | 'hang' | 'slow' | 'cold';

export type ToDependency = { readonly type: 'mode'; readonly mode: DependencyMode };

export interface DependencyTotals {
  readonly type: 'totals';
  readonly at: number;
  readonly mode: DependencyMode;
  /** Calls that arrived since the process started. */
  readonly arrived: number;
  /** Of those: arrived while the mode was errors, hang or slow. */
  readonly wasted: number;
  readonly inFlight: number;
}

export type FromDependency =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'mode'; readonly mode: DependencyMode; readonly at: number }
  | DependencyTotals;

export interface ServiceOptions {
  readonly url: string;
  readonly sdkKey: string;
  readonly service: string;
  readonly instanceId: string;
  readonly zone: string;
  readonly breaker: string;
  readonly dependencyPort: number;
  /** Of the whole process. */
  readonly callsPerSecond: number;
  readonly accounts: number;
  readonly timeoutMs: number;
  /** In this process, where it is made for several; 1 by default. */
  readonly instances?: number;
}

/** How an admitted call ended. `hang` is a call that this process gave up on. */
export type CallResult = 'ok' | 'failed' | 'hang';

export interface ServiceFacts {
  readonly type: 'facts';
  /** Calls that ran: start, end, result, and for whom where that matters. */
  readonly calls: readonly (readonly [
    start: number,
    end: number,
    result: CallResult,
    account: number | null,
  ])[];
  /** What was decided by cohort: seq, account number, admitted. */
  readonly decisions: readonly (readonly [seq: number, account: number, admitted: boolean])[];
  /** Calls that were turned away: when, and whose where that matters. */
  readonly rejections: readonly (readonly [at: number, account: number | null])[];
  readonly probes: number;
}

export type FromService =
  | { readonly type: 'ready'; readonly connected: boolean }
  | {
      readonly type: 'applied';
      readonly at: number;
      readonly seq: number;
      readonly state: string;
      readonly admission: number;
    }
  | { readonly type: 'problem'; readonly message: string }
  | ServiceFacts;

export type ToService = { readonly type: 'start' } | { readonly type: 'stop' };

export interface CrewOptions {
  readonly url: string;
  readonly sdkKey: string;
  readonly firstId: number;
  readonly count: number;
  /** Breakers that each instance calls, `dependency-0` and so on. */
  readonly breakers: number;
  /** How many of them each instance reports in a second. */
  readonly itemsPerSecond: number;
}

export type ToCrew = { readonly type: 'connect' };

export type FromCrew =
  | { readonly type: 'up' }
  | { readonly type: 'ready' }
  | { readonly type: 'counts'; readonly counts: CrewCounts };

/** What one process of instances has seen so far. */
export interface CrewCounts {
  readonly connected: number;
  /** Sockets that closed. */
  readonly closed: number;
  /** Pings that did not renew the lease. */
  readonly leaseless: number;
  /** The longest time that one instance went without a renewal of its lease, in ms. */
  readonly longestUnrenewedMs: number;
  readonly frames: number;
  readonly answered: number;
}

export interface CrowdOptions {
  readonly url: string;
  readonly sdkKey: string;
  readonly breaker: string;
  readonly count: number;
  readonly firstId: number;
  /** A bare server to connect as many plain sockets to, or null. */
  readonly bareUrl: string | null;
}

export type FromCrowd =
  | { readonly type: 'ready'; readonly connected: number }
  /** When each client had the round's message, in ms since the epoch with fractions. */
  | {
      readonly type: 'round';
      readonly arm: 'recloser' | 'bare';
      readonly times: readonly number[];
    };

/** Milliseconds since the epoch with a fraction; comparable between processes of one machine. */
export function preciseNow(): number {
  return performance.timeOrigin + performance.now();
}

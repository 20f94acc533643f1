export const CALL_SETTINGS = [
  'timeoutMs',
  'stallMs',
  'slowMs',
  'maxConcurrent',
  'maxQueue',
  'maxRetries',
] as const;
export type CallSetting = (typeof CALL_SETTINGS)[number];

/** Values that the SDK uses for each call where its code sets none; null: not set here either. */
export interface CallPolicy {
  readonly timeoutMs: number | null;
  /** A call in flight for longer counts as failed before it ends; null: the smaller of the timeout and 1 s. */
  readonly stallMs: number | null;
  /** A call that took longer is slow; null: never. */
  readonly slowMs: number | null;
  /** Calls in flight at once, in one process; null: no limit. */
  readonly maxConcurrent: number | null;
  /** Calls that may wait for one of those to end; null: none. */
  readonly maxQueue: number | null;
  /** Further attempts after one that failed; null: none. */
  readonly maxRetries: number | null;
  /** Share of the calls that a learned timeout may cut off although they would succeed; null: it is not learned. */
  readonly autoFalseRate: number | null;
  /** Bounds of a learned timeout; null while it is not learned. */
  readonly autoMinMs: number | null;
  readonly autoMaxMs: number | null;
  /** Settings in which the value here wins over the one in the code. */
  readonly locked: readonly CallSetting[];
}

/** A call policy on its way to an SDK. Versions before these settings left them out; they are left out while not set. */
export type CallView = Pick<CallPolicy, 'timeoutMs' | 'stallMs' | 'slowMs'> &
  Partial<Omit<CallPolicy, `auto${string}`>>;

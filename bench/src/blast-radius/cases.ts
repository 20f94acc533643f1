/** How calls are made in all arms. No retries: a failed call is a failed call. */
export const LOAD = {
  /** Of each instance. */
  callsPerSecond: 20,
  accounts: 2_000,
  timeoutMs: 1_000,
  retries: 0,
  retryBaseMs: 100,
} as const;

/** Accounts are spread over so many shards of the dependency by their number. */
export const SHARDS = 4;

/** Calls that go wrong: those of an instance, a zone or a shard's accounts; those of all where none is named. */
export interface Fault {
  /** `hang`: an answer comes long after the time-out. */
  readonly kind: 'errors' | 'hang';
  /** Of the calls that it hits, 0…1, by chance. */
  readonly share: number;
  readonly instance?: string;
  readonly zone?: string;
  readonly shard?: number;
}

export interface Case {
  /** Also the key of its breaker. */
  readonly name: string;
  readonly fault: Fault;
  readonly faultMs: number;
  /** For how long it is watched once all is well again. */
  readonly afterMs: number;
}

export interface Caller {
  readonly instance: string;
  readonly zone: string;
  readonly account: number;
}

const PART = { faultMs: 10_000, afterMs: 15_000 } as const;
/** Nobody should be blocked, so that there is no coming back to watch. */
const BELOW = { faultMs: 10_000, afterMs: 5_000 } as const;

export const CASES: readonly Case[] = [
  {
    name: 'bad-node',
    fault: { kind: 'errors', share: 1, instance: 'instance-1' },
    ...PART,
  },
  { name: 'bad-zone', fault: { kind: 'errors', share: 1, zone: 'a' }, ...PART },
  { name: 'slow-shard', fault: { kind: 'hang', share: 1, shard: 0 }, ...BELOW },
  { name: 'random-20', fault: { kind: 'errors', share: 0.2 }, ...BELOW },
  { name: 'blip-500ms', fault: { kind: 'errors', share: 1 }, faultMs: 500, afterMs: 10_000 },
  { name: 'outage-3s', fault: { kind: 'errors', share: 1 }, faultMs: 3_000, afterMs: 25_000 },
];

/** Whether a fault hits this caller's calls. */
export function hits({ instance, zone, shard }: Fault, caller: Caller): boolean {
  return (
    (instance === undefined || caller.instance === instance) &&
    (zone === undefined || caller.zone === zone) &&
    (shard === undefined || caller.account % SHARDS === shard)
  );
}

/** Whether it hits a part of the callers, and leaves all others alone. */
export function isPartial({ instance, zone, shard }: Fault): boolean {
  return instance !== undefined || zone !== undefined || shard !== undefined;
}

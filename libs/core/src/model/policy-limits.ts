/** The bounds of one number of a policy, and why. */
export interface PolicyLimit {
  readonly min: number;
  readonly max: number;
  readonly integer: boolean;
  /** Of which it has to be a multiple. */
  readonly step?: number;
  readonly reason: string;
}

const share = (reason: string, min = 0): PolicyLimit => ({ min, max: 1, integer: false, reason });
/** A rate that is tolerated. */
const tolerated = (which: string): PolicyLimit => ({
  min: 0.01,
  // Above it even a death takes minutes, and nobody would notice that the breaker cannot open.
  max: 0.95,
  integer: false,
  reason: `Below 1% ordinary ${which} would open the breaker; above 95% hardly anything would.`,
});
const whole = (min: number, max: number, reason: string): PolicyLimit => ({
  min,
  max,
  integer: true,
  reason,
});

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Bounds of every number of a policy by its path. What relates two numbers is in `validatePolicy`. */
export const POLICY_LIMITS = {
  'trip.toleratedRate': tolerated('errors'),
  'trip.toleratedSlowRate': tolerated('slow calls'),
  'trip.excessMs': whole(
    100,
    MINUTE,
    'Below 100 ms a blip opens the breaker; above a minute an outage is over before it does.',
  ),
  minCalls: whole(1, 10_000, 'At least one call has to have been made.'),
  quorum: share('A share of the reporting instances.'),
  'consecutive.failures': whole(2, 1_000, 'One failed call alone says nothing.'),
  'consecutive.instances': whole(
    1,
    20,
    'The instances with the most failures are known, 24 of them.',
  ),
  'consecutive.withinMs': {
    ...whole(1_000, 5 * MINUTE, 'Outcomes are kept for five minutes.'),
    step: 250,
  },
  'adaptive.k': {
    min: 1.1,
    max: 10,
    integer: false,
    reason: 'At 1 no call would find out that more is accepted again.',
  },
  'recovery.coolDownMs': whole(
    100,
    HOUR,
    'Below 100 ms the dependency gets no rest; above an hour hold it open by hand.',
  ),
  'recovery.coolDownMaxMs': whole(100, 24 * HOUR, 'Above a day hold it open by hand.'),
  'recovery.coolDownJitter': share('A share of the cool-down.'),
  'recovery.stableMs': whole(0, 24 * HOUR, 'A relapse after more than a day is a new outage.'),
  'recovery.probes': whole(
    1,
    100,
    'Probes are for the whole fleet; more than 100 are a load, not a probe.',
  ),
  'recovery.probeTtlMs': whole(
    500,
    5 * MINUTE,
    'A permit has to reach an instance and its call has to end.',
  ),
  'recovery.maxRps': whole(1, 10_000_000, 'To let no call through, open the breaker.'),
  'recovery.dwellPerOutage': {
    min: 0,
    max: 10,
    integer: false,
    reason: 'A step longer than ten outages helps nobody.',
  },
  'recovery.dwellMinMs': whole(250, HOUR, 'A step has to last for at least one bucket of 250 ms.'),
  'recovery.dwellMaxMs': whole(250, HOUR, 'Above an hour pause the ramp by hand.'),
  'recovery.recoveryRate': share('A share of the calls.'),
  'recovery.minCalls': whole(1, 1_000_000, 'At least one call has to have been made.'),
  'recovery.lowTrafficMaxMs': whole(
    1_000,
    24 * HOUR,
    'Below a second silence says nothing; above a day choose hold.',
  ),
  'recovery.ackQuorum': share('Below half the fleet a step says nothing about the fleet.', 0.5),
  'recovery.ackTimeoutMs': whole(500, 5 * MINUTE, 'Instances need a moment to apply a step.'),
  'call.timeoutMs': whole(1, HOUR, 'A call that may take longer than an hour needs no timeout.'),
  'call.stallMs': whole(10, HOUR, 'Calls in flight are looked at every 10 ms at most.'),
  'call.slowMs': whole(1, HOUR, 'A call cannot be slower than an hour here.'),
  'call.maxConcurrent': whole(1, 1_000_000, 'To let no call through, open the breaker.'),
  'call.maxQueue': whole(0, 1_000_000, 'What waits takes memory, and its callers wait with it.'),
  'call.autoFalseRate': {
    min: 0.0001,
    max: 0.05,
    integer: false,
    reason: 'Below 0.01% too few calls show it; above 5% healthy calls are lost.',
  },
  'call.autoMinMs': whole(1, HOUR, 'A learned timeout stays within its bounds.'),
  'call.autoMaxMs': whole(1, HOUR, 'A learned timeout stays within its bounds.'),
  'call.maxRetries': whole(0, 10, 'More attempts are a load on a dependency that is failing.'),
} as const satisfies Readonly<Record<string, PolicyLimit>>;

export type PolicyPath = keyof typeof POLICY_LIMITS;

export const LADDER_STEPS_MAX = 64;

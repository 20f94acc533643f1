import { isCircuitOpen, Recloser } from '@recloser/sdk';
import {
  BrokenCircuitError,
  circuitBreaker,
  handleAll,
  SamplingBreaker,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel';
import CircuitBreaker from 'opossum';

export const TIMEOUT_MS = 100;
const MIN_CALLS = 20;
const HOUR_MS = 3_600_000;

/** A breaker of one process in front of a dependency. */
export interface Arm {
  readonly name: string;
  call(): Promise<unknown>;
  /** Calls that it holds against the dependency. */
  failures(): number;
  /** Timeouts that it lays at its own door. */
  ownLag(): number;
  isOpen(): boolean;
  close(): Promise<void> | void;
}

type Call = () => Promise<void>;

function recloserArm(call: Call): Arm {
  const recloser = new Recloser({ connect: false });
  const breaker = recloser.breaker('dependency', { timeoutMs: TIMEOUT_MS });
  let opened = false;
  recloser.on('transition', ({ to }) => {
    opened ||= to === 'open';
  });
  return {
    name: 'recloser',
    call: () => breaker.protect(call).catch((error: unknown) => isCircuitOpen(error)),
    failures: () => breaker.stats().failures,
    ownLag: () => breaker.stats().localLag,
    isOpen: () => opened,
    close: () => recloser.close(),
  };
}

function opossumArm(call: Call): Arm {
  const breaker = new CircuitBreaker(call, {
    timeout: TIMEOUT_MS,
    volumeThreshold: MIN_CALLS,
    errorThresholdPercentage: 50,
    rollingCountTimeout: 2_000,
    resetTimeout: HOUR_MS,
  });
  let failures = 0;
  let opened = false;
  breaker.on('failure', () => (failures += 1));
  breaker.on('open', () => (opened = true));
  return {
    name: 'opossum',
    call: () => breaker.fire().catch(() => undefined),
    failures: () => failures,
    ownLag: () => 0,
    isOpen: () => opened,
    close: () => breaker.shutdown(),
  };
}

function cockatielArm(call: Call): Arm {
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: HOUR_MS,
    breaker: new SamplingBreaker({ threshold: 0.5, duration: 2_000, minimumRps: 10 }),
  });
  const policy = wrap(breaker, timeout(TIMEOUT_MS, TimeoutStrategy.Aggressive));
  let failures = 0;
  let opened = false;
  breaker.onFailure(({ reason }) => {
    if (!('error' in reason && reason.error instanceof BrokenCircuitError)) failures += 1;
  });
  breaker.onBreak(() => (opened = true));
  return {
    name: 'cockatiel',
    call: () => policy.execute(call).catch(() => undefined),
    failures: () => failures,
    ownLag: () => 0,
    isOpen: () => opened,
    close: () => undefined,
  };
}

export const ARMS = [recloserArm, opossumArm, cockatielArm] as const;

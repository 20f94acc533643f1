import { isCircuitOpen, type Recloser } from '@recloser/sdk';
import { BrokenCircuitError, circuitBreaker, handleAll, SamplingBreaker } from 'cockatiel';
import CircuitBreaker from 'opossum';
import { TIMEOUT_MS, type Arm } from './messages.js';

/** One instance's breaker. */
export interface Guard {
  call(): Promise<void>;
  isRejection(error: unknown): boolean;
  /** Opens and closes it, where the instance decides that alone. */
  reset(): void;
  /** Whether it can be called through as it will be from now on. */
  isReady(): boolean;
}

/** A call to the dependency. */
export type Send = (signal?: AbortSignal) => Promise<void>;

const COOL_DOWN_MS = 3_000;
const nothing = (): void => undefined;
const always = (): boolean => true;

export function recloserGuard(
  recloser: Recloser,
  key: string,
  send: Send,
  accountId: () => string,
): Guard {
  const breaker = recloser.breaker(key, { timeoutMs: TIMEOUT_MS });
  return {
    call: () => breaker.protect((signal) => send(signal), { accountId: accountId() }),
    isRejection: isCircuitOpen,
    reset: nothing,
    isReady: () => breaker.stats().version !== null,
  };
}

/**
 * Those of the peers have Recloser's time-out and minimum of calls, and each decides for its own instance. `onBlocked` hears
 * of each moment from which on all calls are turned away.
 */
export function peerGuard(arm: Exclude<Arm, 'recloser'>, send: Send, onBlocked: () => void): Guard {
  const timed = (): Promise<void> => send(AbortSignal.timeout(TIMEOUT_MS));
  return arm === 'opossum' ? opossum(timed, onBlocked) : cockatiel(timed, onBlocked);
}

function opossum(send: Send, onBlocked: () => void): Guard {
  const breaker = new CircuitBreaker(() => send(), {
    timeout: TIMEOUT_MS,
    resetTimeout: COOL_DOWN_MS,
    errorThresholdPercentage: 50,
    volumeThreshold: 20,
  });
  breaker.on('open', onBlocked);
  return {
    call: () => breaker.fire(),
    isRejection: (error) =>
      error instanceof Error && 'code' in error && error.code === 'EOPENBREAKER',
    reset: () => {
      breaker.open();
      breaker.close();
    },
    isReady: always,
  };
}

function cockatiel(send: Send, onBlocked: () => void): Guard {
  const policy = circuitBreaker(handleAll, {
    halfOpenAfter: COOL_DOWN_MS,
    breaker: new SamplingBreaker({ threshold: 0.5, duration: 10_000, minimumRps: 2 }),
  });
  policy.onBreak(onBlocked);
  return {
    call: () => policy.execute(() => send()),
    isRejection: (error) => error instanceof BrokenCircuitError,
    reset: () => policy.isolate().dispose(),
    isReady: always,
  };
}

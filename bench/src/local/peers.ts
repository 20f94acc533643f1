import {
  circuitBreaker,
  ConsecutiveBreaker,
  handleAll,
  SamplingBreaker,
  timeout,
  TimeoutStrategy,
  wrap,
  type IPolicy,
} from 'cockatiel';
import CircuitBreaker from 'opossum';
import { CircuitBreaker as DropIn } from '@recloser/sdk/opossum';

/** Never trips: what is measured is the way through a closed breaker. */
export function opossumOf<A extends unknown[], T>(
  fn: (...args: A) => Promise<T>,
  timeoutMs: number | false,
): CircuitBreaker<A, T> {
  return new CircuitBreaker(fn, optionsOf(timeoutMs));
}

/** The drop-in for it, made alike. */
export function dropInOf<A extends unknown[], T>(
  fn: (...args: A) => Promise<T>,
  timeoutMs: number | false,
): DropIn<A, T> {
  return new DropIn(fn, optionsOf(timeoutMs));
}

const optionsOf = (timeout: number | false) => ({
  timeout,
  volumeThreshold: Number.MAX_SAFE_INTEGER,
  resetTimeout: 3_600_000,
});

export function cockatielOf(timeoutMs: number | null): IPolicy {
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: 3_600_000,
    breaker: new SamplingBreaker({ threshold: 0.99, duration: 10_000, minimumRps: 1e9 }),
  });
  if (timeoutMs === null) return breaker;
  return wrap(breaker, timeout(timeoutMs, TimeoutStrategy.Aggressive));
}

/** One that is open, and stays so. */
export async function openCockatiel(): Promise<IPolicy> {
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: 3_600_000,
    breaker: new ConsecutiveBreaker(1),
  });
  await breaker.execute(() => Promise.reject(new Error('down'))).catch(() => undefined);
  return breaker;
}

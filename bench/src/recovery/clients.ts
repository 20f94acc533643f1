import { setTimeout as pause } from 'node:timers/promises';
import { chargeAt, type ServiceOptions } from '@recloser/example-fleet';
import { isCircuitOpen, Recloser } from '@recloser/sdk';
import {
  BrokenCircuitError,
  circuitBreaker,
  ExponentialBackoff,
  handleAll,
  handleWhen,
  retry,
  SamplingBreaker,
  wrap,
} from 'cockatiel';
import CircuitBreaker from 'opossum';
import { LOAD, type Arm } from './messages.js';

/** One instance's way to the dependency. */
export interface Client {
  /** Resolves when the account was charged, after as many attempts as it takes. */
  charge(account: string): Promise<void>;
  /** Whether an error says that no call was made. */
  isRejection(error: unknown): boolean;
  /** True when the client can begin. */
  ready(): Promise<boolean>;
  close(): Promise<void>;
}

const COOL_DOWN_MS = 3_000;
const NOTHING = { ready: () => Promise.resolve(true), close: () => Promise.resolve() };

/** Those of the peers have Recloser's cool-down, minimum of calls and time-out, and each decides for its own process. */
export function clientOf(arm: Arm, options: ServiceOptions): Client {
  const send = chargeAt(options.dependencyPort);
  const attempt = (account: string): Promise<void> =>
    send(account, AbortSignal.timeout(LOAD.timeoutMs));
  switch (arm) {
    case 'no breaker':
      return {
        ...NOTHING,
        charge: (account) => retried(() => attempt(account)),
        isRejection: () => false,
      };
    case 'opossum':
      return opossum(attempt);
    case 'cockatiel':
      return cockatiel(attempt);
    case 'recloser':
      return recloser(options, send);
  }
}

function opossum(attempt: (account: string) => Promise<void>): Client {
  const breaker = new CircuitBreaker(attempt, {
    timeout: LOAD.timeoutMs,
    resetTimeout: COOL_DOWN_MS,
    errorThresholdPercentage: 50,
    volumeThreshold: 20,
  });
  const isRejection = (error: unknown): boolean =>
    error instanceof Error && 'code' in error && error.code === 'EOPENBREAKER';
  const charge = (account: string): Promise<void> =>
    retried(() => breaker.fire(account), isRejection);
  return { ...NOTHING, charge, isRejection };
}

function cockatiel(attempt: (account: string) => Promise<void>): Client {
  const isRejection = (error: unknown): boolean => error instanceof BrokenCircuitError;
  const policy = wrap(
    retry(
      handleWhen((error) => !isRejection(error)),
      {
        maxAttempts: LOAD.retries,
        backoff: new ExponentialBackoff({ initialDelay: LOAD.retryBaseMs }),
      },
    ),
    circuitBreaker(handleAll, {
      halfOpenAfter: COOL_DOWN_MS,
      breaker: new SamplingBreaker({ threshold: 0.5, duration: 10_000, minimumRps: 2 }),
    }),
  );
  return { ...NOTHING, charge: (account) => policy.execute(() => attempt(account)), isRejection };
}

function recloser(
  { url, sdkKey, service, instanceId, breaker: key }: ServiceOptions,
  send: (account: string, signal?: AbortSignal) => Promise<void>,
): Client {
  const sdk = new Recloser({ url, sdkKey, service, instanceId });
  const breaker = sdk.breaker(key, {
    timeoutMs: LOAD.timeoutMs,
    retry: { maxRetries: LOAD.retries, baseMs: LOAD.retryBaseMs },
  });
  return {
    charge: (accountId) => breaker.protect((signal) => send(accountId, signal), { accountId }),
    isRejection: isCircuitOpen,
    ready: () => sdk.ready({ timeoutMs: 15_000 }),
    close: () => sdk.close(),
  };
}

/** As retries are mostly written: again after each failure, with full jitter. */
async function retried(
  attempt: () => Promise<void>,
  isFinal: (error: unknown) => boolean = () => false,
): Promise<void> {
  for (let made = 0; ; made += 1) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (made >= LOAD.retries || isFinal(error)) throw error;
      await pause(Math.random() * LOAD.retryBaseMs * 2 ** made);
    }
  }
}

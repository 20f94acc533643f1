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

export const ARMS = ['no breaker', 'opossum', 'cockatiel', 'recloser'] as const;
export type Arm = (typeof ARMS)[number];

/** How a call is made, the same in all arms. */
export interface Attempts {
  readonly timeoutMs: number;
  /** After the first attempt, with full jitter. */
  readonly retries: number;
  readonly retryBaseMs: number;
}

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
export function clientOf(arm: Arm, options: ServiceOptions, attempts: Attempts): Client {
  const { dependencyPort, instanceId, zone } = options;
  const send = chargeAt(dependencyPort, { 'x-instance': instanceId, 'x-zone': zone });
  const attempt = (account: string): Promise<void> =>
    send(account, AbortSignal.timeout(attempts.timeoutMs));
  switch (arm) {
    case 'no breaker':
      return {
        ...NOTHING,
        charge: (account) => retried(() => attempt(account), attempts),
        isRejection: () => false,
      };
    case 'opossum':
      return opossum(attempt, attempts);
    case 'cockatiel':
      return cockatiel(attempt, attempts);
    case 'recloser':
      return recloser(options, send, attempts);
  }
}

function opossum(attempt: (account: string) => Promise<void>, attempts: Attempts): Client {
  const breaker = new CircuitBreaker(attempt, {
    timeout: attempts.timeoutMs,
    resetTimeout: COOL_DOWN_MS,
    errorThresholdPercentage: 50,
    volumeThreshold: 20,
  });
  const isRejection = (error: unknown): boolean =>
    error instanceof Error && 'code' in error && error.code === 'EOPENBREAKER';
  const charge = (account: string): Promise<void> =>
    retried(() => breaker.fire(account), attempts, isRejection);
  return { ...NOTHING, charge, isRejection };
}

function cockatiel(
  attempt: (account: string) => Promise<void>,
  { retries, retryBaseMs }: Attempts,
): Client {
  const isRejection = (error: unknown): boolean => error instanceof BrokenCircuitError;
  const policy = wrap(
    retry(
      handleWhen((error) => !isRejection(error)),
      {
        maxAttempts: retries,
        backoff: new ExponentialBackoff({ initialDelay: retryBaseMs }),
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
  { url, sdkKey, service, instanceId, zone, breaker: key }: ServiceOptions,
  send: (account: string, signal?: AbortSignal) => Promise<void>,
  { timeoutMs, retries, retryBaseMs }: Attempts,
): Client {
  const sdk = new Recloser({ url, sdkKey, service, instanceId, zone });
  const breaker = sdk.breaker(key, {
    timeoutMs,
    ...(retries > 0 && { retry: { maxRetries: retries, baseMs: retryBaseMs } }),
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
  { retries, retryBaseMs }: Attempts,
  isFinal: (error: unknown) => boolean = () => false,
): Promise<void> {
  for (let made = 0; ; made += 1) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (made >= retries || isFinal(error)) throw error;
      await pause(Math.random() * retryBaseMs * 2 ** made);
    }
  }
}

import { DEFAULT_POLICY } from './policy.js';
import type { TripPolicy } from '../model/trip-policy.js';

/** The two windows by which earlier versions opened a breaker, with their defaults. */
const OLD_WINDOWS = {
  fast: { lengthMs: 2_000, failureRate: 0.7, slowRate: null, minFailingBuckets: 4 },
  slow: { lengthMs: 30_000, failureRate: 0.4, slowRate: null, minFailingBuckets: 1 },
} as const;
const OLD_MIN_CALLS = 20;
const OLD_COOL_DOWNS = { coolDownMs: 3_000, coolDownMaxMs: 30_000 } as const;

type Json = Readonly<Record<string, unknown>>;

/**
 * A policy of an earlier version, whole or in part, as this one has it; anything else is returned as it is. Numbers that
 * nobody had changed become today's defaults. No state is touched.
 *
 * Two windows are two points of one line: a rate θ for a time L is an excess of (θ − k)·L. Both windows give the
 * same excess at k = (θ₂L₂ − θ₁L₁)/(L₂ − L₁), which opens the breaker when either of them would have been full.
 */
export function upgradePolicy(given: unknown): unknown {
  if (!isRecord(given) || 'trip' in given || !('fast' in given || 'slow' in given)) return given;
  const { fast, slow, ...rest } = given;
  const isUntouched = isPartOf(fast, OLD_WINDOWS.fast) && isPartOf(slow, OLD_WINDOWS.slow);
  return {
    ...rest,
    trip: isUntouched ? DEFAULT_POLICY.trip : tripOf(fast, slow),
    ...(rest['minCalls'] === OLD_MIN_CALLS && { minCalls: DEFAULT_POLICY.minCalls }),
    ...(isRecord(rest['recovery']) && { recovery: upgradeRecovery(rest['recovery']) }),
  };
}

function upgradeRecovery(recovery: Json): Json {
  const isDefault =
    recovery['coolDownMs'] === OLD_COOL_DOWNS.coolDownMs &&
    recovery['coolDownMaxMs'] === OLD_COOL_DOWNS.coolDownMaxMs;
  const { coolDownMs, coolDownMaxMs } = DEFAULT_POLICY.recovery;
  return isDefault ? { ...recovery, coolDownMs, coolDownMaxMs } : recovery;
}

function tripOf(fast: unknown, slow: unknown): TripPolicy {
  const short = windowOf(fast, OLD_WINDOWS.fast);
  const long = windowOf(slow, OLD_WINDOWS.slow);
  const toleratedRate = toleratedOf(short, long);
  const excess = (short.failureRate - toleratedRate) * short.lengthMs;
  const slowRates = [short.slowRate, long.slowRate].filter((rate) => rate !== null);
  return {
    toleratedRate,
    toleratedSlowRate: slowRates.length === 0 ? null : Math.min(0.95, ...slowRates),
    excessMs: Math.round(Math.min(60_000, Math.max(100, excess))),
  };
}

interface Window {
  readonly lengthMs: number;
  readonly failureRate: number;
  readonly slowRate: number | null;
}

function toleratedOf(short: Window, long: Window): number {
  const apart = long.lengthMs - short.lengthMs;
  const line =
    apart <= 0
      ? Math.min(short.failureRate, long.failureRate) / 2
      : (long.failureRate * long.lengthMs - short.failureRate * short.lengthMs) / apart;
  const below = Math.min(short.failureRate, long.failureRate);
  return Math.min(0.95, Math.max(0.01, Math.min(line, below - 0.01)));
}

function windowOf(given: unknown, old: Window): Window {
  const of = (name: keyof Window): number | null => {
    const value = isRecord(given) ? given[name] : undefined;
    return typeof value === 'number' ? value : old[name];
  };
  return {
    lengthMs: of('lengthMs') ?? old.lengthMs,
    failureRate: of('failureRate') ?? old.failureRate,
    slowRate: of('slowRate'),
  };
}

/** Nothing is given, or nothing else than `whole` has. */
function isPartOf(given: unknown, whole: Json): boolean {
  if (given === undefined) return true;
  return isRecord(given) && Object.entries(given).every(([name, value]) => whole[name] === value);
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import type { Policy } from '@recloser/core';
import { api, type BacktestAnswer } from '@recloser/protocol';
import { call } from '@/lib/call';
import type { EnvironmentRef } from '@/lib/routes';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** When this policy would have opened the breaker in the last days, beside the saved one. */
export function runBacktest(
  place: EnvironmentRef,
  key: string,
  policy: Policy,
  days: number,
  now: number,
): Promise<BacktestAnswer> {
  const body = { policy, from: Math.round(now - days * DAY_MS) };
  return call(api.breakers.backtest, { params: { ...place, key }, body });
}

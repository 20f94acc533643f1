import type { Policy } from '@recloser/core';
import type { BacktestAnswer } from '@recloser/protocol';
import { sendJson } from '@/lib/http';
import { type EnvironmentRef, resources } from '@/lib/routes';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** When this policy would have opened the breaker in the last days, beside the saved one. */
export async function runBacktest(
  place: EnvironmentRef,
  key: string,
  policy: Policy,
  days: number,
  now: number,
): Promise<BacktestAnswer> {
  const path = `${resources.breaker(place, key)}/backtest`;
  const body = { policy, from: Math.round(now - days * DAY_MS) };
  return (await sendJson('POST', path, { body })) as BacktestAnswer;
}

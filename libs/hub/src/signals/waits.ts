import type { WaitEvidence } from '@recloser/core';
import type { Reporter } from './reporter.js';
import { Votes } from './votes.js';

/** Times of one statistics row. */
const MOST_TIMES = 16;

/**
 * How many of these instances the dependency has asked to wait at least until each of 16 times; null: nobody has to wait after
 * `now`. As with failures, the instances of one SDK key cannot outvote those of others.
 */
export function waitsOf(
  waits: ReadonlyMap<number, number>,
  instances: readonly number[],
  reporters: readonly (Reporter | undefined)[],
  now: number,
): WaitEvidence | null {
  if (waits.size === 0) return null;
  const times = instances.map((index) => waits.get(index) ?? 0).filter((until) => until > now);
  if (times.length === 0) return null;
  times.sort((a, b) => b - a);
  const every = Math.ceil(times.length / MOST_TIMES);
  const picked = new Set(times.filter((_, index) => (index + 1) % every === 0));
  // The earliest says how many have to wait at all.
  picked.add(times.at(-1) ?? now);
  return {
    reporting: instances.length,
    until: [...picked].map((until) => {
      const votes = new Votes();
      for (const index of instances) {
        votes.add(reporters[index]?.keyId ?? '', (waits.get(index) ?? 0) >= until);
      }
      return [until, votes.failing()];
    }),
  };
}

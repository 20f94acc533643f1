import type { BreakerSummary } from '@recloser/protocol';
import { troubledSince } from '@/lib/steady-state';
import { troubleRank } from '@/lib/vocabulary';
import { byName } from './fleet-view';

type Breakers = ReadonlyMap<string, BreakerSummary>;

const sorted = new WeakMap<Breakers, readonly BreakerSummary[]>();

/**
 * Trouble first, the newest of its kind on top; healthy ones by name, so that they stand still. Sorted once for all
 * who ask about the same state of the feed.
 */
export function inTroubleOrder(breakers: Breakers): readonly BreakerSummary[] {
  const known = sorted.get(breakers);
  if (known !== undefined) return known;
  const order = [...breakers.values()]
    .map((breaker) => ({ breaker, rank: troubleRank(breaker) }))
    .sort(
      (a, b) =>
        a.rank - b.rank ||
        (a.breaker.state === 'closed' ? 0 : troubledSince(b.breaker) - troubledSince(a.breaker)) ||
        byName(a.breaker.key, b.breaker.key),
    )
    .map(({ breaker }) => breaker);
  sorted.set(breakers, order);
  return order;
}

/**
 * The breakers in an order that was settled before: `keys`, with newcomers at their place in trouble's order and those
 * that are gone left out.
 */
export function inSettledOrder(
  breakers: Breakers,
  keys: ReadonlySet<string>,
): readonly BreakerSummary[] {
  const settled = [...keys].flatMap((key) => {
    const breaker = breakers.get(key);
    return breaker === undefined ? [] : [breaker];
  });
  if (settled.length === breakers.size) return settled;
  const newcomers = inTroubleOrder(breakers).filter(({ key }) => !keys.has(key));
  return [...newcomers, ...settled];
}

import { demandRecloser } from '../brand.js';
import { type Breaker } from '../breaker/breaker.js';
import { type BreakerOptions } from '../options/options.js';
import { type Recloser } from '../recloser.js';

/**
 * Makes the breaker of a key once, with these options; and one beside it, with the same places and counts, whose calls
 * are made once.
 * @throws RecloserOptionError for an SDK that cannot be used
 */
export function keyed<F>(
  recloser: Recloser,
  options: BreakerOptions<F>,
): (key: string, repeatable?: boolean) => Breaker<F> {
  demandRecloser(recloser);
  const { retry, ...once } = options;
  const breakers = new Map<string, Breaker<F>>();
  const singles = new Map<string, Breaker<F>>();
  return (key, repeatable = true) => {
    const made = repeatable ? breakers : singles;
    let breaker = made.get(key);
    if (breaker === undefined) {
      const own = repeatable ? { ...once, ...(retry && { retry }) } : { ...once, retry: NO_RETRY };
      breaker = recloser.breaker(key, own);
      made.set(key, breaker);
    }
    return breaker;
  };
}

/** Also where the SDK's defaults have some. */
const NO_RETRY = { maxRetries: 0 };

import { type Breaker } from './breaker.js';
import { type BreakerOptions } from '../options/options.js';
import { type Recloser } from '../recloser.js';

/** Makes the breaker of a key once, with these options. */
export function keyed<F>(
  recloser: Recloser,
  options: BreakerOptions<F>,
): (key: string) => Breaker<F> {
  const breakers = new Map<string, Breaker<F>>();
  return (key) => {
    let breaker = breakers.get(key);
    if (breaker === undefined) {
      breaker = recloser.breaker(key, options);
      breakers.set(key, breaker);
    }
    return breaker;
  };
}

/** What `read` gives; undefined when it throws: whatever is wrong with a context, the call itself may be fine. */
export function attempt<T>(read: () => T | undefined): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

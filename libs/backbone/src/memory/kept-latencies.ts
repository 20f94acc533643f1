import { LatencySum, type Millis } from '@recloser/core';
import type { SecondLatencies } from '@recloser/protocol';

/** Latencies by second, then by breaker, of each environment. */
export class KeptLatencies {
  readonly #environments = new Map<string, Map<number, Map<string, LatencySum>>>();

  add(environmentId: string, rows: readonly SecondLatencies[]): void {
    const seconds =
      this.#environments.get(environmentId) ?? new Map<number, Map<string, LatencySum>>();
    this.#environments.set(environmentId, seconds);
    for (const { second, breaker, bins } of rows) {
      const breakers = seconds.get(second) ?? new Map<string, LatencySum>();
      seconds.set(second, breakers);
      const sum = breakers.get(breaker) ?? new LatencySum();
      breakers.set(breaker, sum);
      sum.add(bins);
    }
  }

  read(
    environmentId: string,
    from: Millis,
    to: Millis,
    breakers: readonly string[] | undefined,
  ): SecondLatencies[] {
    return [...(this.#environments.get(environmentId) ?? [])]
      .filter(([second]) => second * 1_000 >= from && second * 1_000 < to)
      .sort(([a], [b]) => a - b)
      .flatMap(([second, sums]) =>
        [...sums]
          .filter(([breaker]) => breakers?.includes(breaker) !== false)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([breaker, { bins }]) => ({ breaker, second, bins })),
      );
  }

  prune(before: Millis): void {
    for (const seconds of this.#environments.values()) {
      for (const second of seconds.keys()) if (second * 1_000 < before) seconds.delete(second);
    }
  }
}

import type { TimeoutSuggestionInfo } from '@recloser/protocol';

export interface Bar {
  readonly upToMs: number;
  readonly samples: number;
  /** 0…1 of the tallest, on a logarithmic scale: the tail is what a timeout is about. */
  readonly height: number;
  /** Beyond the suggested timeout. */
  readonly beyond: boolean;
}

/** Bars of a histogram; a bin that holds anything can be seen. */
export function barsOf({ histogram, timeoutMs }: TimeoutSuggestionInfo): readonly Bar[] {
  const tallest = Math.max(1, ...histogram.map(({ samples }) => samples));
  return histogram.map(({ upToMs, samples }) => ({
    upToMs,
    samples,
    height: Math.log2(samples + 1) / Math.log2(tallest + 1),
    beyond: timeoutMs !== null && upToMs > timeoutMs,
  }));
}

/** "12 ms", "1.25 s" */
export function latencyWords(ms: number): string {
  if (ms >= 1_000) return `${Number((ms / 1_000).toPrecision(3))} s`;
  return `${Number(ms.toPrecision(3))} ms`;
}

/** What the figures rest on, or what is missing. */
export function basisWords(info: TimeoutSuggestionInfo): string {
  const { timeoutMs, samples, samplesNeeded, hours, cutOff } = info;
  const of = (count: number) => count.toLocaleString('en');
  if (timeoutMs === null) {
    return `${of(samples)} of ${of(samplesNeeded)} sampled calls known, from ${of(hours)} healthy hours of the last week.`;
  }
  const basis = `From ${of(samples)} sampled calls in ${of(hours)} healthy hours of the last week.`;
  return cutOff
    ? `${basis} More calls met the present timeout than that: it may be too short.`
    : basis;
}

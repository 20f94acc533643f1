type Value = string | number | null;

/** One line of a table. A figure may have parts, such as a median and a percentile. */
export type BenchRow = Readonly<Record<string, Value | Readonly<Record<string, Value>>>>;

/** What one benchmark prints: a table, and with --json the same as an object. */
export interface BenchResult {
  /** The conditions in one line. */
  readonly setting: string;
  readonly rows: readonly BenchRow[];
  /** Further tables by name; with --json they stand beside `rows`. */
  readonly tables?: Readonly<Record<string, readonly BenchRow[]>>;
  /** Figures over all rows, such as ratios. */
  readonly figures?: Readonly<Record<string, Value>>;
}

export interface BenchOptions {
  readonly values: Readonly<Record<string, string | undefined>>;
  /** Tells a waiting person what is being measured now. */
  readonly progress: (line: string) => void;
}

export interface Bench {
  readonly summary: string;
  /** Its options with their help; each takes a value. */
  readonly options: Readonly<Record<string, string>>;
  readonly run: (options: BenchOptions) => Promise<BenchResult>;
}

export class UsageError extends Error {}

/** A comma-separated list of whole numbers in [min, max]. @throws UsageError */
export function integersOf(
  { values }: BenchOptions,
  name: string,
  fallback: string,
  min: number,
  max: number,
): number[] {
  const numbers = (values[name] ?? fallback).split(',').map(Number);
  if (numbers.every((value) => Number.isInteger(value) && value >= min && value <= max)) {
    return numbers;
  }
  throw new UsageError(`--${name} takes whole numbers from ${min} to ${max}, with commas between.`);
}

/** One whole number in [min, max]. @throws UsageError */
export function integerOf(
  options: BenchOptions,
  name: string,
  fallback: number,
  min: number,
  max: number,
): number {
  const [value = fallback] = integersOf(options, name, String(fallback), min, max);
  return value;
}

/** The value below which the share `p` of the values lies (nearest rank); NaN for none. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

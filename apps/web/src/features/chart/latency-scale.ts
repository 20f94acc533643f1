/** Latencies differ by orders of magnitude, so they are drawn by their logarithm. */
export function scaled(ms: number | null): number | null {
  return ms === null ? null : Math.log10(ms);
}

export function unscaled(place: number): number {
  return 10 ** place;
}

const STEPS = [1, 2, 5] as const;
/** More lines than these are only those of whole decades. */
const MOST_LINES = 6;

/** 1, 2, 5, 10, 20 … around a stretch of the scale. */
function rungs(min: number, max: number): number[] {
  const found: number[] = [];
  for (let decade = Math.floor(min) - 1; decade <= Math.ceil(max); decade += 1) {
    for (const step of STEPS) found.push(decade + Math.log10(step));
  }
  return found;
}

/** From the rung at or below the lowest value to the one at or above the highest. */
export function latencyRange(min: number | null, max: number | null): [low: number, high: number] {
  if (min === null || max === null) return [0, 3];
  const all = rungs(min, max + 1);
  const low = all.findLast((rung) => rung <= min) ?? min;
  return [low, all.find((rung) => rung >= max && rung > low) ?? max];
}

/** Where lines and labels stand. */
export function latencySplits(low: number, high: number): number[] {
  const within = rungs(low, high).filter((rung) => rung >= low - 1e-9 && rung <= high + 1e-9);
  if (within.length <= MOST_LINES) return within;
  return within.filter((rung) => Number.isInteger(rung));
}

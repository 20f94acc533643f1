/**
 * Which calls of a batch are timed exactly: the first eight, and of each 16 that follow one, drawn at random, which stands
 * for all of them. So no place in a burst counts for more than another. After 256 of them it is one of each 64, as there
 * are samples enough.
 */
const ALL_TIMED = 8;
/** The first call of the first block is the ninth. */
const FIRST_SAMPLED = ALL_TIMED + 1;
const MANY = 256;
const blockSizeAt = (place: number): number => (place < MANY ? 16 : 64);

/** For how many calls the one that was the `calls`th to join stands, if it is timed. */
export function weightOf(calls: number): number {
  return calls > ALL_TIMED ? blockSizeAt(calls - FIRST_SAMPLED) : 1;
}

/** How many calls join before the next one that is timed, when the `calls`th was. */
export function nextExact(calls: number, random: () => number): number {
  if (calls < ALL_TIMED) return calls;
  const size = weightOf(calls);
  // All blocks before the next one, by their ends.
  const next = Math.ceil((calls - ALL_TIMED) / size) * size;
  return ALL_TIMED + next + Math.floor(random() * blockSizeAt(next));
}

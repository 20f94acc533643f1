/** How many instances of one SDK key reported, and how many of them say that something is wrong. */
export interface Vote {
  readonly reporting: number;
  readonly failing: number;
}

/**
 * Counts failing instances so that one key cannot outvote the others: where several keys report, the share of a key's instances
 * that counts is at most twice the share that fails under all other keys, and one instance. A key that leaked can invent
 * instances, but nobody else confirms what they say. Where one key alone reports, all of its instances count.
 */
export function confirmedFailing(votes: readonly Vote[]): number {
  const all = { reporting: 0, failing: 0 };
  for (const { reporting, failing } of votes) {
    all.reporting += reporting;
    all.failing += failing;
  }
  let counted = 0;
  for (const { reporting, failing } of votes) {
    const others = all.reporting - reporting;
    if (others === 0) return failing;
    const confirmed = (all.failing - failing) / others;
    counted += Math.min(failing, Math.floor(2 * confirmed * reporting) + 1);
  }
  return counted;
}

/** A step fails once the evidence against it is this strong: 1/α for α = 2.5%. */
const EVIDENCE_MIN = 40;
/** Rates that are tried against the limit, as shares of the way from it to 1. */
const ALTERNATIVES = [1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 7 / 8] as const;

/**
 * Whether the failure rate of a step is above `limit`, by a test that may be looked at at any time: it fails a step
 * whose rate is exactly at the limit with a probability of at most 2.5%, however often it is asked.
 *
 * E = mean over i of (pᵢ/p₀)^x · ((1−pᵢ)/(1−p₀))^(n−x) is a mean of likelihood ratios against p₀, so that it is a
 * non-negative martingale with expectation 1 under p₀, and it ever reaches 1/α with a probability of at most α (Ville
 * 1939; Johari et al., "Peeking at A/B tests", KDD 2017; Howard and Ramdas, Ann. Stat. 49, 2021).
 * A Wilson bound that is looked at four times a second fails 8 to 21% of such steps.
 */
export function isAboveLimit(failures: number, calls: number, limit: number): boolean {
  const p0 = Math.min(Math.max(limit, 1e-6), 1 - 1e-6);
  if (calls <= 0 || failures <= p0 * calls) return false;
  let sum = 0;
  for (const share of ALTERNATIVES) {
    const p = p0 + (1 - p0) * share;
    const logRatio =
      failures * Math.log(p / p0) + (calls - failures) * Math.log((1 - p) / (1 - p0));
    sum += Math.exp(Math.min(logRatio, 700));
  }
  return sum / ALTERNATIVES.length >= EVIDENCE_MIN;
}

/** Two-sided 95%. */
export const Z_95 = 1.96;

/**
 * Lower bound of the Wilson score interval of a rate, 0…1; 0 without calls.
 * Takes fractional counts, so that one instance's weight can be scaled down.
 *
 * Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference",
 * JASA 22 (1927) 209–212: (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n).
 */
export function wilsonLower(hits: number, calls: number, z: number = Z_95): number {
  return calls > 0 ? Math.max(0, bound(clampRate(hits / calls), calls, -z)) : 0;
}

/** Upper bound of the same interval, 0…1; 1 without calls, since unknown is not healthy. */
export function wilsonUpper(hits: number, calls: number, z: number = Z_95): number {
  return calls > 0 ? Math.min(1, bound(clampRate(hits / calls), calls, z)) : 1;
}

/**
 * The smallest observed rate whose lower bound reaches `threshold` with `calls` calls; above 1 when no rate does.
 * The interval inverts the score test, so lower(p, n) ≥ θ exactly when p ≥ θ + z·√(θ(1−θ)/n).
 */
export function rateNeeded(threshold: number, calls: number, z: number = Z_95): number {
  return threshold + z * Math.sqrt((threshold * (1 - threshold)) / calls);
}

function bound(rate: number, calls: number, z: number): number {
  const z2 = z * z;
  const spread = z * Math.sqrt((rate * (1 - rate)) / calls + z2 / (4 * calls * calls));
  return (rate + z2 / (2 * calls) + spread) / (1 + z2 / calls);
}

function clampRate(rate: number): number {
  return Math.min(1, Math.max(0, rate));
}

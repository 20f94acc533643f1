/** The same numbers in every run, 0 ≤ x < 1: a linear congruential generator with the constants of Numerical Recipes. */
export function pseudoRandom(seed = 1): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

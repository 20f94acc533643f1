/** A function that runs `run` the first time and gives the same promise ever after. */
export function once(run: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => (done ??= run());
}

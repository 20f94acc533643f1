const PAUSE_MS = 5;

/** Waits in real time for what has no event of its own. Rejects when it is not so after pauses of `ms` in all. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  ms = 8_000,
): Promise<void> {
  for (let left = ms; !(await isSo()); left -= PAUSE_MS) {
    if (left <= 0) throw new Error(`Not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

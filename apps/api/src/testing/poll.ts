const DEADLINE_MS = 150_000;
const PAUSE_MS = 20;

/** Asks until the answer is not null, for two minutes and a half at most. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | null> | T | null,
): Promise<T> {
  const end = performance.now() + DEADLINE_MS;
  while (performance.now() < end) {
    const answer = await ask();
    if (answer !== null) return answer;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new Error(`it did not happen within ${DEADLINE_MS} ms: ${what}`);
}

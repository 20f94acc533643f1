/** Leaves room for the random suffix. */
const KEPT_LENGTH = 110;

/** An id for an instance whose own is also used by another process. `random` is in [0, 1). */
export function replacementId(id: string, random: number): string {
  const suffix = Math.floor(random * 1e6).toString(36);
  return `${id.slice(0, KEPT_LENGTH)}-${suffix}`;
}

/** Counts as text: decimal numbers with commas between, without the zeros at the end. '' is all zeros. */
export function packCounts(counts: readonly number[]): string {
  let length = counts.length;
  while (length > 0 && counts[length - 1] === 0) length -= 1;
  return counts.slice(0, length).join(',');
}

/** Adds packed counts to `into`, which is as long as there are counts. */
export function addPacked(into: number[], packed: string): void {
  if (packed === '') return;
  for (const [index, digits] of packed.split(',').entries()) {
    into[index] = (into[index] ?? 0) + Number(digits);
  }
}

/** Text that says when it was written: `at|text`. */
export function readStamped(stamped: string): { readonly at: number; readonly text: string } {
  const bar = stamped.indexOf('|');
  return { at: Number(stamped.slice(0, bar)), text: stamped.slice(bar + 1) };
}

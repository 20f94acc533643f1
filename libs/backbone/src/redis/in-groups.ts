/** Larger ones would keep the server and this process from everything else for too long. */
const GROUP = 1_000;

/** One command for hundreds of items at a time; the replies to all, in order. */
export async function inGroups<T, R>(
  items: readonly T[],
  command: (group: T[]) => Promise<R[]>,
): Promise<R[]> {
  const replies: R[] = [];
  for (let from = 0; from < items.length; from += GROUP) {
    replies.push(...(await command(items.slice(from, from + GROUP))));
  }
  return replies;
}

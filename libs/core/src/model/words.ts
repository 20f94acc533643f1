/** Figures in evidence: the same everywhere, whatever the reader's locale. */

/** "95.6%" */
export function formatRate(rate: number): string {
  return `${(rate * 100).toFixed(1)}%`;
}

/** "250 ms", "2 s", "1.5 s", "5 min", "1 h 30 min" */
export function formatDuration(ms: number): string {
  const tenths = Math.round(ms / 100);
  if (Math.round(ms) < 1_000) return `${Math.round(ms)} ms`;
  if (tenths < 600) return `${tenths / 10} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return twoUnits(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(seconds / 60);
  return twoUnits(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}

function twoUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** "1 call", "20 calls", "12,345 calls" */
export function plural(count: number, one: string, many: string = `${one}s`): string {
  return `${group(count)} ${count === 1 ? one : many}`;
}

/** "12,345" */
export function group(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** "a", "a and b", "a, b, c and 4 more" */
export function listNames(
  names: readonly string[],
  total: number = names.length,
  shown = 5,
): string {
  const head = names.slice(0, shown);
  const more = total - head.length;
  if (more > 0)
    return head.length === 0 ? `${more} not named` : `${head.join(', ')} and ${more} more`;
  const last = head.at(-1) ?? '';
  return head.length < 2 ? last : `${head.slice(0, -1).join(', ')} and ${last}`;
}

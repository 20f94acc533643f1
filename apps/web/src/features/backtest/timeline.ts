/** Where a span lies on the line from `from` to `to`, in percent; at least a hair wide, so that it is seen. */
export function barOf(
  span: { readonly from: number; readonly to: number },
  line: { readonly from: number; readonly to: number },
): { readonly left: number; readonly width: number } {
  const length = Math.max(1, line.to - line.from);
  const start = Math.min(line.to, Math.max(line.from, span.from));
  const end = Math.min(line.to, Math.max(start, span.to));
  const left = (100 * (start - line.from)) / length;
  return { left, width: Math.max(0.3, (100 * (end - start)) / length) };
}

/** "would have opened 3 times in 7 days; the saved policy once" */
export function outcomeWords(proposed: number, current: number, days: number): string {
  const when = days === 1 ? 'the last day' : `the last ${days} days`;
  const saved = proposed === current ? 'as often as' : `${times(current)} with`;
  return `This policy would have opened the breaker ${times(proposed)} in ${when}, ${saved} the saved one.`;
}

function times(count: number): string {
  if (count === 0) return 'never';
  return count === 1 ? 'once' : `${count} times`;
}

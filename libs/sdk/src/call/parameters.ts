/** Functions with a default or a rest parameter have length 0, as those without any. Only their text tells. */
export function hidesParameter(fn: (signal: AbortSignal) => unknown): boolean {
  return !/^(async )?(function)?[\w$ ]*\(\)/.test(Function.prototype.toString.call(fn));
}

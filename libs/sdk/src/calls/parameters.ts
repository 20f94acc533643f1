/**
 * Whether a function of length 0 may look at what it is called with: by a default or a rest parameter, or by `arguments`,
 * as mocks, wrappers and what is compiled for old engines do. Only its text tells.
 */
export function hidesParameter(fn: (signal: AbortSignal) => unknown): boolean {
  const text = Function.prototype.toString.call(fn);
  return !/^(async )?(function)?[\w$ ]*\(\)/.test(text) || /\barguments\b/.test(text);
}

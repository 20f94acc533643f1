import { type ForceState } from './options.js';

/**
 * States forced by options and by `RECLOSER_FORCE`, which wins: `stripe=open,paypal=closed`, `*=closed` for all.
 * What cannot be read is left out and named in `problem`.
 */
export function forcedStates(
  options: Readonly<Record<string, ForceState>> | undefined,
  variable: string | undefined,
): { readonly force: ReadonlyMap<string, ForceState>; readonly problem: string | null } {
  const force = new Map<string, ForceState>(Object.entries(options ?? {}));
  const bad: string[] = [];
  for (const part of (variable ?? '').split(',')) {
    const text = part.trim();
    if (text === '') continue;
    const at = text.lastIndexOf('=');
    const key = text.slice(0, Math.max(0, at)).trim();
    const state = text.slice(at + 1).trim();
    if (key !== '' && (state === 'open' || state === 'closed')) force.set(key, state);
    else bad.push(text);
  }
  const problem =
    bad.length === 0
      ? null
      : `RECLOSER_FORCE has parts that cannot be read: ${bad.join(', ')}; write name=open or name=closed`;
  return { force, problem };
}

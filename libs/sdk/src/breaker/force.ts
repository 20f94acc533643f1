import { type ForceState } from '../options/options.js';
import { inOwnContext } from '../platform/own-context.js';
import { type System } from '../platform/system.js';
import { attempt } from '../signals/read.js';

/**
 * States forced by options and by texts, each over what stands before it: `stripe=open,paypal=closed`, `*=closed` for
 * all, or one a line, with comments after `#`. What cannot be read is left out and named in `problem`.
 */
export function forcedStates(
  options: Readonly<Record<string, ForceState>> | undefined,
  ...texts: readonly (string | undefined)[]
): { readonly force: ReadonlyMap<string, ForceState>; readonly problem: string | null } {
  const force = new Map<string, ForceState>(Object.entries(options ?? {}));
  const bad: string[] = [];
  const parts = texts.join('\n').replace(/#.*/g, '');
  for (const part of parts.split(/[,\n]/)) {
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
      : `Cannot read forced states: ${bad.join(', ')}; write name=open or name=closed`;
  return { force, problem };
}

/**
 * Calls `onText` whenever a file has changed, and before this returns when it is there: '' when it is not.
 * Returns what ends it.
 */
export function watchText(
  path: string,
  system: Pick<System, 'readFile' | 'watchFile'>,
  onText: (text: string) => void,
  onFailure: (error: unknown) => void,
): () => void {
  const read = (): void => {
    // One that is not there forces nothing.
    onText(attempt(() => system.readFile(path)) ?? '');
  };
  const guarded = (run: () => unknown) => (): void => {
    try {
      inOwnContext(run);
    } catch (error) {
      onFailure(error);
    }
  };
  read();
  let end: (() => void) | undefined;
  guarded(() => (end = system.watchFile?.(path, guarded(read))))();
  return guarded(() => end?.());
}

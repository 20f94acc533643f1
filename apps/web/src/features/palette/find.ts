import type { BreakerSummary } from '@recloser/protocol';

/** A list to choose from, not to read. */
const SHOWN = 12;

/** For comparing: in small letters, with one space between words. */
export const plain = (text: string): string => text.trim().replace(/\s+/g, ' ').toLowerCase();

/** True when every word of `wanted` is in `text`. */
export function isWithin(text: string, wanted: string): boolean {
  const whole = plain(text);
  return plain(wanted)
    .split(' ')
    .every((word) => whole.includes(word));
}

/** 0: begins with it, 1: has it in its key, 2: elsewhere. */
function rankOf({ key }: BreakerSummary, wanted: string): number {
  const at = plain(key).indexOf(plain(wanted));
  return at === 0 ? 0 : at > 0 ? 1 : 2;
}

/** The best of the breakers by this name, owner or tag: those that begin with it first, else in the order given. */
export function findBreakers(
  breakers: readonly BreakerSummary[],
  wanted: string,
): readonly BreakerSummary[] {
  const found = breakers.filter(({ key, name, owner, tags }) =>
    isWithin([key, name, owner, ...tags].join(' '), wanted),
  );
  return found.toSorted((a, b) => rankOf(a, wanted) - rankOf(b, wanted)).slice(0, SHOWN);
}

/** "str" for "open str"; null when the words do not begin with something to do. */
export function nameAfterVerb(text: string): string | null {
  return /^\s*(?:open|restore)\s+(\S.*)$/i.exec(text)?.[1] ?? null;
}

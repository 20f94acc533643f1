import type { TransitionEvidence, WindowEvidence } from '../model/model.js';
import { listNames, plural } from '../model/words.js';

/** The SDK keys that a window tells apart. */
export function keyIdsOf(window: WindowEvidence | null): string[] {
  const keys = [...(window?.keys ?? []), ...(window?.local?.keys ?? [])];
  return [...new Set(keys.map(({ keyId }) => keyId))];
}

/** The same evidence, saying under which SDK keys the instances reported where there are several. */
export function withKeyNames(
  evidence: TransitionEvidence,
  names: ReadonlyMap<string, string>,
): TransitionEvidence {
  const { window, cause, summary } = evidence;
  if (window === null) return evidence;
  const named = namedWindow(window, names);
  const sentence = cause === 'local_openings' ? openedWords(named) : failingWords(named);
  return { ...evidence, window: named, summary: summary + sentence };
}

function namedWindow(window: WindowEvidence, names: ReadonlyMap<string, string>): WindowEvidence {
  const { keys, local } = window;
  const withName = <T extends { readonly keyId: string }>(key: T): T => {
    const name = names.get(key.keyId);
    return name === undefined ? key : { ...key, name };
  };
  return {
    ...window,
    ...(keys !== undefined && { keys: keys.map(withName) }),
    ...(local !== undefined && { local: { ...local, keys: local.keys.map(withName) } }),
  };
}

function failingWords({ keys = [] }: WindowEvidence): string {
  const words = keys.map(({ failing, ...key }) => ({ ...key, count: failing }));
  return sentence('Failing by SDK key', words);
}

function openedWords({ local }: WindowEvidence): string {
  const { keys = [] } = local ?? {};
  if (keys.length < 2) return '';
  const words = keys.map(({ opened, ...key }) => ({ ...key, count: opened }));
  return sentence('Opened by SDK key', words);
}

interface CountedKey {
  readonly keyId: string;
  readonly name?: string;
  readonly reporting: number;
  readonly count: number;
}

function sentence(title: string, keys: readonly CountedKey[]): string {
  const counted = keys.filter(({ count }) => count > 0);
  if (counted.length === 0) return '';
  const words = counted.map(
    ({ keyId, name, count, reporting }) =>
      `${name ?? keyId.slice(0, 8)} ${count} of ${plural(reporting, 'instance')}`,
  );
  return ` ${title}: ${listNames(words)}.`;
}

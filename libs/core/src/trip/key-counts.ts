import type { KeyCounts } from '../model/evidence.js';

/** SDK keys that one window or one part of the fleet names. */
const MOST_KEYS = 8;

/** The sums of several lists by SDK key, those that fail most first, at most 8. */
export function sumKeys(keys: readonly KeyCounts[]): KeyCounts[] {
  const sums = new Map<string, KeyCounts>();
  for (const key of keys) {
    const known = sums.get(key.keyId);
    sums.set(
      key.keyId,
      known === undefined
        ? key
        : {
            ...known,
            reporting: known.reporting + key.reporting,
            failing: known.failing + key.failing,
          },
    );
  }
  return [...sums.values()]
    .sort((a, b) => b.failing - a.failing || b.reporting - a.reporting)
    .slice(0, MOST_KEYS);
}

/** `keys` without the instances in `out`; a key of which none is left is gone. */
export function subtractKeys(keys: readonly KeyCounts[], out: readonly KeyCounts[]): KeyCounts[] {
  const negative = out.map((key) => ({
    ...key,
    reporting: -key.reporting,
    failing: -key.failing,
  }));
  const own = new Set(keys.map(({ keyId }) => keyId));
  const left = sumKeys([...keys, ...negative.filter(({ keyId }) => own.has(keyId))]);
  return left
    .filter(({ reporting }) => reporting > 0)
    .map((key) => ({ ...key, failing: Math.max(0, key.failing) }));
}

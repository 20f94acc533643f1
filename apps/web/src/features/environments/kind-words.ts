import type { EnvironmentKind } from '@recloser/core';

export const KIND_WORDS: Readonly<Record<EnvironmentKind, string>> = {
  production: 'A discovered breaker only observes until somebody lets it act.',
  development: 'A discovered breaker acts at once.',
};

/** A key out of a name: "EU West" becomes "eu-west". */
export function keyOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 64)
    .replaceAll(/^-+|-+$/g, '');
}

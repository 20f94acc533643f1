import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const FLOWS = new URL('../../../e2e/src/', import.meta.url);
/** They have a stack of their own. */
const APART = /^(pictures|gallery)\./;

it('each breaker of the end-to-end tests is made by one file, as all share an installation', () => {
  const makers = new Map<string, Set<string>>();
  for (const file of readdirSync(FLOWS).filter((name) => name.endsWith('.e2e.ts'))) {
    if (APART.test(file)) continue;
    const text = readFileSync(new URL(file, FLOWS), 'utf8');
    for (const [, key = ''] of text.matchAll(/createBreaker\('([^']+)'/g)) {
      makers.set(key, (makers.get(key) ?? new Set()).add(file));
    }
  }
  expect(makers.size).toBeGreaterThan(20);
  expect([...makers].filter(([, files]) => files.size > 1)).toEqual([]);
});

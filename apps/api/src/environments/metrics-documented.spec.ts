import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..', '..');

/** Names of metrics in the sources of a server process. */
function metricsIn(folder: string): string[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => /^(?!.*testing).*(?<!spec)\.ts$/.test(file))
    .flatMap((file) =>
      [...readFileSync(join(root, folder, file), 'utf8').matchAll(/name: '(recloser_\w+)'/g)].map(
        ([, name = '']) => name,
      ),
    );
}

it('every metric of the servers is in the operations guide, and no other', () => {
  const made = ['apps/api/src', 'apps/worker/src', 'libs/server/src'].flatMap(metricsIn);
  const guide = readFileSync(join(root, 'docs', 'operations.md'), 'utf8');
  const told = [...guide.matchAll(/^\| `(recloser_\w+)` /gm)].map(([, name = '']) => name);
  expect(made.length).toBeGreaterThan(5);
  expect(told.toSorted()).toEqual([...new Set(made)].toSorted());
});

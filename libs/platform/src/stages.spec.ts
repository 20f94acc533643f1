import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { repositoryPath } from './repository.js';

const read = (path: string) => readFileSync(repositoryPath(path), 'utf8');
const stages = [
  ...read('libs/platform/bootstrap/test.mjs').matchAll(/(?:name: |vitest\()'([\w:]+)'/gu),
].map(([, name]) => name);

it('every stage of "npm test" runs in the CI workflow', () => {
  const parts = [...read('.github/workflows/ci.yml').matchAll(/stages: (.*?) *\}/gu)];
  const inWorkflow = parts.flatMap(([, names = '']) => names.split(' '));
  expect(new Set(inWorkflow)).toEqual(new Set(stages));
});

it('CONTRIBUTING lists the stages of "npm test" in their order', () => {
  const [, listed = ''] = /these stages: ([^.]*)\./u.exec(read('CONTRIBUTING.md')) ?? [];
  expect(listed.split(/,\s+/u)).toEqual(stages);
});

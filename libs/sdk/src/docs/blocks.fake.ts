import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import * as ambient from './ambient.fake.js';

/** One TypeScript block of a page. */
export interface Block {
  /** The page and the line at which it begins, as in `sdk.md:27`. */
  readonly place: string;
  readonly text: string;
}

const FENCE = /^(?<indent> *)```ts\n(?<text>[\s\S]*?)^ *```$/gm;
const IMPORT = /^import [\s\S]*?;$/gm;

export function blocksOf(path: string): readonly Block[] {
  const page = readFileSync(path, 'utf8');
  return Array.from(page.matchAll(FENCE), ({ index, groups }) => {
    const { indent = '', text = '' } = groups ?? {};
    const line = page.slice(0, index).split('\n').length;
    const unindented = text.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
    return { place: `${basename(path)}:${line}`, text: unindented };
  });
}

/** A block as a module of its own, which imports what it takes for granted. It may `return`, as inside a function. */
export function moduleOf({ text }: Block, ambientPath: string): string {
  const imports = text.match(IMPORT) ?? [];
  const body = text.replaceAll(IMPORT, '');
  const head = imports.join('\n');
  const brought = head.replaceAll(/from '.*'/g, '');
  const names = Object.keys(ambient).filter((name) => uses(body, name) && !has(brought, name));
  const types = uses(body, 'Payload') ? ['type Payload'] : [];
  return [
    head,
    `import { ${[...names, ...types].join(', ')} } from '${ambientPath}';`,
    `async function example() {\n${body}\n}`,
    'await example();',
  ].join('\n');
}

function uses(body: string, name: string): boolean {
  const declared = new RegExp(`(const|let|class|function) ${name}\\b`).test(body);
  return !declared && has(body, name);
}

function has(text: string, name: string): boolean {
  return new RegExp(`\\b${name}\\b`).test(text);
}

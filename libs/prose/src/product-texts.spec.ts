import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { PHRASES } from './words.js';

const root = join(import.meta.dirname, '..', '..', '..');
/** Specs, fakes and simulators have no readers but their authors. */
const SKIPPED = /\.(?:spec|fake|fixture|setup)\.tsx?$|(?:^|\/)(?:testing|spec|generated|sim)\//u;

function sourcesOf(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${folder}/${name}/src`)
    .filter((path) => !path.startsWith('libs/prose/') && !path.startsWith('libs/testing/'))
    .flatMap((path) =>
      readdirSync(join(root, path), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.tsx?$/u.test(name) && !SKIPPED.test(name))
        .map((name) => `${path}/${name}`),
    );
}

/** Text that a person may read: string literals, templates and JSX text with at least two words. */
function* textsIn(file: string): Generator<string> {
  const text = readFileSync(join(root, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const pending: ts.Node[] = [source];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const isText =
      ts.isJsxText(node) || ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
    if (isText && /[a-z] [a-z]/iu.test(node.getText())) yield node.getText();
    ts.forEachChild(node, (child) => void pending.push(child));
  }
}

function problemsIn(file: string): readonly string[] {
  return [...textsIn(file)].flatMap((text) =>
    PHRASES.flatMap(({ pattern, instead }) =>
      [...text.matchAll(pattern)].map(([found]) => `${file}: "${found}" in ${text}: ${instead}`),
    ),
  );
}

it.each(['apps', 'libs'])(
  'the texts of the product in %s follow the style of the documentation',
  (folder) => {
    const files = sourcesOf(folder);
    expect(files.length).toBeGreaterThan(100);
    expect(files.flatMap(problemsIn)).toEqual([]);
  },
);

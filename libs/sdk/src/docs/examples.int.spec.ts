import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, moduleOf } from './blocks.fake.js';

const ROOT = join(import.meta.dirname, '../../../..');
const PAGES = [
  'README.md',
  'docs/getting-started.md',
  'docs/in-your-program.md',
  'docs/opossum.md',
  'docs/sdk.md',
  'libs/sdk/README.md',
];
/** Inside the package, so that examples find it and the frameworks by their names; ignored by git. */
const FOLDER = join(import.meta.dirname, '../../.tsc/docs');
const AMBIENT = '../../src/docs/ambient.fake.js';
const RUN_MS = 20_000;

const examples = PAGES.flatMap((page) =>
  blocksOf(join(ROOT, page)).map((block, index) => ({
    place: `${page.replace(/[^/]*$/, '')}${block.place}`,
    file: join(FOLDER, `${page.replaceAll(/\W/g, '-')}-${index}.ts`),
    text: moduleOf(block, AMBIENT),
  })),
);

describe('the examples in the documentation', () => {
  beforeAll(() => {
    mkdirSync(FOLDER, { recursive: true });
    for (const { file, text } of examples) writeFileSync(file, text);
  });

  it('are there', () => {
    expect(examples.length).toBeGreaterThan(PAGES.length);
  });

  it('compile under strict', () => {
    const program = ts.createProgram(
      examples.map(({ file }) => file),
      {
        strict: true,
        noEmit: true,
        skipLibCheck: true,
        experimentalDecorators: true,
        target: ts.ScriptTarget.ES2023,
        module: ts.ModuleKind.NodeNext,
        customConditions: ['@recloser/source'],
        types: ['node'],
      },
    );
    const problems = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
      const place = examples.find((example) => example.file === file?.fileName)?.place;
      return `${place ?? file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
    expect(problems).toEqual([]);
  });

  it.each(examples)('run: $place', async ({ file }) => {
    const outfile = file.replace(/ts$/, 'mjs');
    await build({
      entryPoints: [file],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      conditions: ['@recloser/source'],
      tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
      plugins: [
        {
          name: 'frameworks-outside',
          setup: ({ onResolve }) => {
            onResolve({ filter: /^[^./]/ }, ({ path }) =>
              path.startsWith('@recloser/') ? undefined : { path, external: true },
            );
          },
        },
      ],
    });
    // No control plane is there: an example must run, and end, all the same.
    const env = { PATH: process.env['PATH'], RECLOSER_SDK_KEY: 'none' };
    await promisify(execFile)(process.execPath, [outfile], { timeout: RUN_MS, env });
  });
});

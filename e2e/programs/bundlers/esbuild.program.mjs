// esbuild, into one file of either kind, and minified into several.
import { mkdirSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { runBundle } from './run-bundle.mjs';

const common = { entryPoints: ['app.mjs'], bundle: true, platform: 'node', logLevel: 'warning' };
for (const [name, ending, options] of [
  ['cjs', 'cjs', { format: 'cjs' }],
  ['esm', 'mjs', { format: 'esm' }],
  ['split', 'mjs', { format: 'esm', splitting: true, minify: true }],
]) {
  const outdir = `dist-${name}`;
  mkdirSync(outdir);
  await build({ ...common, ...options, outdir, outExtension: { '.js': `.${ending}` } });
  writeFileSync(`${outdir}/package.json`, '{}');
  await runBundle(outdir, `app.${ending}`);
}

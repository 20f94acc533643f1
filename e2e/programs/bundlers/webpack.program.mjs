// webpack for Node, with its defaults, in both modes. It must not warn: `ws` as a dependency does.
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import webpack from 'webpack';
import { runBundle } from './run-bundle.mjs';

for (const mode of ['production', 'development']) {
  const path = resolve(`dist-webpack-${mode}`);
  const stats = await promisify(webpack)({
    mode,
    target: 'node',
    entry: './app.mjs',
    output: { path, filename: 'app.cjs', chunkFormat: 'commonjs' },
  });
  const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
  assert.deepEqual([errors, warnings], [[], []]);
  await runBundle(path, 'app.cjs');
}

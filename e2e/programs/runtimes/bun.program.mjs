// Bun, by its package for this machine: the main one fetches that only when it is installed.
import { createRequire } from 'node:module';
import { runRuntime } from './run-runtime.mjs';

const require = createRequire(import.meta.url);
const { resolve } = createRequire(require.resolve('bun-runtime/package.json'));
await runRuntime(resolve(`@oven/bun-${process.platform}-${process.arch}/bin/bun`), []);

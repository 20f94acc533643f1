// Deno, with all permissions, and with those alone that nothing works without.
import { createRequire } from 'node:module';
import { runRuntime } from './run-runtime.mjs';

const require = createRequire(import.meta.url);
const deno = require.resolve('deno-runtime/bin.cjs');
const usual = ['--no-prompt', '--node-modules-dir=manual', '--no-lock'];
for (const permissions of [['--allow-all'], ['--allow-net', '--allow-read']]) {
  await runRuntime(process.execPath, [deno, 'run', ...permissions, ...usual]);
}

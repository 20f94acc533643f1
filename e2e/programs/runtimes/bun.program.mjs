// Bun, by the package for this machine: the main one only fetches it when it is installed.
import { createRequire } from 'node:module';
import { runRuntime } from './run-runtime.mjs';

const { platform, arch } = process;
const bun = createRequire(import.meta.url).resolve(`@oven/bun-${platform}-${arch}/bin/bun`);
await runRuntime(bun, []);

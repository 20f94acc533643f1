// Vitest, with fake timers.
import assert from 'node:assert/strict';
import { startVitest } from 'vitest/node';

const { startPlane } = await import(process.env.PLANE_MODULE);

const plane = await startPlane();
process.env.RECLOSER_URL = plane.url;
const vitest = await startVitest('test', [], { root: 'vitest', watch: false });
const results = vitest.state.getTestModules();
await vitest.close();
await plane.close();
assert.ok(results.length === 1 && results.every((module) => module.ok()));

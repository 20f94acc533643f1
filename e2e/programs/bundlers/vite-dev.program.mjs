// The development server of Vite loads a module again after each edit. The SDK that it made before must not stay connected,
// the new one is what counts, and one warning says so.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'vite';

const { startPlane, until } = await import(process.env.PLANE_MODULE);

const EDITS = 5;
const FILE = 'hot/recloser.mjs';
const plane = await startPlane();
process.env.RECLOSER_URL = plane.url;
const warnings = [];
process.on('warning', ({ code }) => warnings.push(code));
const server = await createServer({
  configFile: false,
  logLevel: 'warn',
  appType: 'custom',
  server: { middlewareMode: true, ws: false, hmr: false },
});

const made = [];
for (let edition = 0; edition <= EDITS; edition += 1) {
  writeFileSync(FILE, readFileSync(FILE, 'utf8').replace(/edition = \d+/, `edition = ${edition}`));
  const load = () => server.ssrLoadModule(`/${FILE}`);
  await until('the edit is loaded', async () => (await load()).edition === edition);
  const { recloser } = await load();
  assert.ok(await recloser.ready());
  await recloser.breaker('stripe').protect(async () => 'charged');
  assert.ok(await recloser.flush({ timeoutMs: 10_000 }));
  made.push(recloser);
  await until('one SDK is connected', () => plane.hellos.length - plane.ended === 1);
}
assert.equal(plane.calls, EDITS + 1);
assert.deepEqual(warnings, ['RECLOSER_MADE_AGAIN']);
// Whoever has an earlier one still is protected by it.
const connected = made.map((recloser) => recloser.status().connected);
assert.deepEqual(connected, [...Array.from({ length: EDITS }, () => false), true]);
assert.equal(await made[0].breaker('stripe').protect(async () => 'charged'), 'charged');
await server.close();
await plane.close();
process.exit();

// The development server of Next.js loads a module again after each edit. The SDK that it made before must not stay
// connected, the new one is what counts, and one warning says so.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { run, started } from './run-next.mjs';

const { startPlane, until } = await import(process.env.PLANE_MODULE);

const EDITS = 3;
const FILE = 'app/edited/recloser.js';
const plane = await startPlane();
const server = run(['dev', '--port=0'], { RECLOSER_URL: plane.url });
const url = await started(server);
/** Null while the server is busy with an edit. */
const ask = async () => {
  try {
    return await (await fetch(`${url}/edited`, { method: 'POST' })).json();
  } catch {
    return null;
  }
};

await until('it is served', async () => (await ask()) !== null);
assert.deepEqual(await ask(), { ready: true, result: 0, flushed: true });
for (let edition = 1; edition <= EDITS; edition += 1) {
  writeFileSync(FILE, readFileSync(FILE, 'utf8').replace(/edition = \d+/, `edition = ${edition}`));
  await until('the edit is served', async () => (await ask())?.result === edition);
  await until('one SDK is connected', () => plane.hellos.length - plane.ended === 1);
}
assert.ok(plane.hellos.length > EDITS, `${plane.hellos.length} SDKs were made`);
assert.equal(server.said.match(/was made again/g)?.length, 1, server.said);
await plane.close();
// What it has started ends with this program.
process.exit();

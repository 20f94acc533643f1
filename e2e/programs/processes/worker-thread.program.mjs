// A worker thread and its parent: two SDKs of one process id, with one snapshot file.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Recloser } from '@recloser/sdk';

const { startPlane } = await import(process.env.PLANE_MODULE);

async function use({ url, snapshotFile }) {
  const recloser = new Recloser({ url, snapshotFile });
  const errors = [];
  recloser.on('error', ({ code }) => errors.push(code));
  assert.ok(await recloser.ready());
  const breaker = recloser.breaker('stripe');
  // Each new breaker is a change, and each change is written.
  for (let key = 0; key < 20; key += 1) recloser.breaker(`b${key}`);
  await breaker.protect(async () => 'charged');
  assert.ok(await recloser.flush({ timeoutMs: 10_000 }));
  await recloser.close();
  assert.deepEqual(errors, []);
}

if (isMainThread) {
  const folder = mkdtempSync(join(tmpdir(), 'recloser-thread-'));
  const plane = await startPlane();
  const data = { url: plane.url, snapshotFile: join(folder, 'snapshot.json') };
  const worker = new Worker(new URL(import.meta.url), { workerData: data });
  const [[message]] = await Promise.all([once(worker, 'message'), use(data)]);
  assert.equal(message, 'used');
  assert.equal(plane.calls, 2);
  // Whole, and with nothing beside it that was left over.
  assert.ok(JSON.parse(readFileSync(data.snapshotFile, 'utf8')).breakers.length > 0);
  assert.deepEqual(readdirSync(folder), ['snapshot.json']);
  rmSync(folder, { recursive: true });
  await plane.close();
} else {
  await use(workerData);
  parentPort.postMessage('used');
}

// A function that is frozen after each answer and thawed for the next, as serverless platforms do: with `flush()`, none of
// its counts is lost.
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Recloser } from '@recloser/sdk';

const { startPlane } = await import(process.env.PLANE_MODULE);

const INVOCATIONS = 4;
const CALLS = 7;
/** Once for longer than the lease, and than a control plane waits for a sign of life. */
const FROZEN_MS = [50, 500, 12_500];

async function serve() {
  const recloser = new Recloser({ service: 'function' });
  const breaker = recloser.breaker('stripe');
  process.on('message', async () => {
    for (let call = 0; call < CALLS; call += 1) await breaker.protect(async () => 'charged');
    const flushed = await recloser.flush({ timeoutMs: 5_000 });
    process.send({ flushed, lost: recloser.status().lostCalls });
  });
}

async function invoke() {
  const plane = await startPlane();
  const child = fork(import.meta.filename, ['function'], {
    env: { ...process.env, RECLOSER_URL: plane.url },
  });
  for (let turn = 0; turn < INVOCATIONS; turn += 1) {
    child.send('invoke');
    const [{ flushed, lost }] = await once(child, 'message');
    assert.deepEqual({ turn, flushed, lost }, { turn, flushed: true, lost: 0 });
    assert.equal(plane.calls, (turn + 1) * CALLS);
    child.kill('SIGSTOP');
    await pause(FROZEN_MS[turn] ?? 0);
    child.kill('SIGCONT');
  }
  child.kill('SIGKILL');
  await plane.close();
}

await (process.argv[2] === 'function' ? serve() : invoke());

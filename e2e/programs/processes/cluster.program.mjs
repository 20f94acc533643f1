// A cluster of eight: each worker is an instance of its own, and the metrics of all are put together.
import assert from 'node:assert/strict';
import cluster from 'node:cluster';
import { once } from 'node:events';
import { Recloser } from '@recloser/sdk';
import { recloserMetrics } from '@recloser/sdk/prometheus';
import prometheus from 'prom-client';

const { startPlane, until } = await import(process.env.PLANE_MODULE);

const WORKERS = 8;
const CALLS = 10;

async function work() {
  new prometheus.AggregatorRegistry();
  const recloser = new Recloser({ service: 'cluster' });
  recloserMetrics(recloser);
  assert.ok(await recloser.ready());
  const breaker = recloser.breaker('stripe');
  for (let call = 0; call < CALLS; call += 1) await breaker.protect(async () => 'charged');
  assert.ok(await recloser.flush({ timeoutMs: 10_000 }));
  process.send({ type: 'counted' });
}

async function lead() {
  const plane = await startPlane();
  const registry = new prometheus.AggregatorRegistry();
  const workers = Array.from({ length: WORKERS }, () => cluster.fork({ RECLOSER_URL: plane.url }));
  let counted = 0;
  cluster.on('message', (_worker, { type }) => (counted += type === 'counted' ? 1 : 0));
  cluster.on('exit', (_worker, code) => code !== 0 && assert.fail(`A worker ended with ${code}`));
  await until('all workers have counted', () => counted === WORKERS);
  assert.equal(plane.calls, WORKERS * CALLS);
  assert.equal(new Set(plane.hellos.map(({ id }) => id)).size, WORKERS);

  const metrics = await registry.clusterMetrics();
  const value = (line) =>
    Number(
      metrics
        .split('\n')
        .find((each) => each.startsWith(line))
        .split(' ')[1],
    );
  assert.equal(value('circuit_breaker_calls_total'), WORKERS * CALLS);
  assert.equal(value('circuit_breaker_admission_ratio'), 1);
  assert.equal(value('circuit_breaker_state{breaker="stripe",state="closed"}'), 1);

  cluster.removeAllListeners('exit');
  for (const worker of workers) worker.kill();
  await Promise.all(workers.map((worker) => once(worker, 'exit')));
  await plane.close();
}

await (cluster.isPrimary ? lead() : work());

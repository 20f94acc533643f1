import { type RedisServer, startRedis } from '@recloser/platform';
import { type Recloser } from '@recloser/sdk';
import { postponeWhileOpen, type PostponeOptions } from '@recloser/sdk/bullmq';
import { TestControlPlane } from '@recloser/sdk/testing';
import { type Job, Queue, Worker } from 'bullmq';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const SOON = { timeout: 60_000 };

let redis: RedisServer;
let queue: Queue;
let plane: TestControlPlane;
let recloser: Recloser;
let workers: Worker[];
let names = 0;

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
beforeEach(() => {
  names += 1;
  queue = new Queue(`mails-${names}`, { connection: { url: redis.url } });
  plane = new TestControlPlane();
  recloser = plane.connect();
  workers = [];
});
afterEach(async () => {
  for (const worker of workers) await worker.close();
  await queue.close();
  await plane.end();
});

/** A worker whose jobs call a dependency through a breaker, and what they have sent. */
function start(options: PostponeOptions = {}, call = () => Promise.resolve('sent')) {
  const sent: string[] = [];
  const tries: string[] = [];
  const send = async ({ id = '', data }: Job<{ accountId: string }>) => {
    tries.push(id);
    await recloser.breaker('smtp').protect(call, data);
    sent.push(id);
  };
  const worker: Worker = new Worker(
    queue.name,
    postponeWhileOpen(send, { minDelayMs: 100, ...options, worker: () => worker }),
    { connection: { url: redis.url }, concurrency: 5 },
  );
  workers.push(worker);
  return { worker, sent, tries };
}

const addJobs = (count: number) =>
  queue.addBulk(
    Array.from({ length: count }, (_, index) => ({
      name: 'mail',
      data: { accountId: `acct_${index}` },
      opts: { attempts: 1 },
    })),
  );

describe('jobs whose calls a breaker rejects', () => {
  it('wait while it is open, keep their attempts, and run when it is closed', async () => {
    plane.open('smtp');
    await addJobs(3);
    const { sent, tries } = start();
    await expect.poll(() => tries.length, SOON).toBeGreaterThan(3);
    expect(sent).toEqual([]);
    expect(await queue.getFailedCount()).toBe(0);
    plane.close('smtp');
    await expect.poll(() => sent.length, SOON).toBe(3);
    await expect.poll(() => queue.getCompletedCount(), SOON).toBe(3);
    expect(await queue.getFailedCount()).toBe(0);
  });

  it('are not turned over one by one: an open breaker pauses the worker', async () => {
    plane.open('smtp');
    await addJobs(500);
    const { tries, worker } = start({ minDelayMs: 60_000 });
    await expect.poll(() => worker.isPaused(), SOON).toBe(true);
    expect(tries.length).toBeLessThan(50);
    expect(await queue.getFailedCount()).toBe(0);
  });

  it('go on one by one while only some accounts are admitted', async () => {
    plane.admit('smtp', 50);
    const admitted = Array.from({ length: 40 }, (_, index) => `acct_${index}`).filter((accountId) =>
      recloser.breaker('smtp').allows({ accountId }),
    );
    await addJobs(40);
    const { sent } = start({ minDelayMs: 60_000 });
    await expect.poll(() => sent.length, SOON).toBe(admitted.length);
    await expect.poll(() => queue.getDelayedCount(), SOON).toBe(40 - admitted.length);
  });

  it('make the probe calls that close it again', async () => {
    plane.open('smtp');
    await addJobs(1);
    const { sent, tries } = start();
    await expect.poll(() => tries.length, SOON).toBeGreaterThan(0);
    plane.probe('smtp');
    await expect.poll(() => sent.length, SOON).toBe(1);
    expect(plane.probes('smtp')).toEqual([true]);
  });

  it('fail as ever for any other error', async () => {
    await addJobs(1);
    start({}, () => Promise.reject(new Error('mailbox full')));
    await expect.poll(() => queue.getFailedCount(), SOON).toBe(1);
    const [job] = await queue.getFailed();
    expect(job?.failedReason).toBe('mailbox full');
  });
});

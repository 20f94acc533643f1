import { describe, expect, it } from 'vitest';
import { WorkerPool } from './worker-pool.js';

function pool(workers: number, limit = 10) {
  const ended: string[] = [];
  const workerPool = new WorkerPool(workers, limit);
  const offer = (name: string, at: number, ms: number) =>
    workerPool.offer({ at, costMs: () => ms, done: () => void ended.push(name) });
  return { ended, workerPool, offer };
}

describe('WorkerPool', () => {
  it('works on as many as there are workers, in their order', () => {
    const { ended, workerPool, offer } = pool(2);
    for (const name of ['a', 'b', 'c']) offer(name, 0, 50);
    workerPool.advance(49);
    expect([ended, workerPool.waiting]).toEqual([[], 1]);
    workerPool.advance(50);
    expect(ended.sort()).toEqual(['a', 'b']);
    workerPool.advance(100);
    expect(ended.at(-1)).toBe('c');
  });

  it('loses no time when it is looked at late', () => {
    const { ended, workerPool, offer } = pool(1, 100);
    for (let i = 0; i < 20; i += 1) offer(`job-${i}`, 0, 50);
    workerPool.advance(500);
    workerPool.advance(500);
    expect(ended).toHaveLength(10);
  });

  it('does not start before the job was there', () => {
    const { ended, workerPool, offer } = pool(1);
    offer('late', 100, 10);
    workerPool.advance(109);
    expect(ended).toEqual([]);
    workerPool.advance(110);
    expect(ended).toEqual(['late']);
  });

  it('refuses what does not fit its queue', () => {
    const { workerPool, offer } = pool(1, 2);
    expect([offer('a', 0, 50), offer('b', 0, 50), offer('c', 0, 50)]).toEqual([true, true, false]);
    workerPool.advance(0);
    expect(workerPool.waiting).toBe(1);
  });
});

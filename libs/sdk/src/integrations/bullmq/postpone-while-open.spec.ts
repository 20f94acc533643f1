import { describe, expect, it } from 'vitest';
import { postponeWhileOpen } from '../../entries/bullmq.js';
import { CircuitOpenError } from '../../errors.js';

const rejection = (retryAfterMs: number | null) =>
  new CircuitOpenError({ breaker: 'smtp', state: 'ramping', reason: 'cohort', retryAfterMs });

function job() {
  const moved: number[] = [];
  return {
    moved,
    moveToDelayed: (timestamp: number) => {
      moved.push(timestamp - Date.now());
      return Promise.resolve();
    },
  };
}

describe('a job that a breaker has rejected', () => {
  it.each<[string, number | null, number]>([
    ['until a change is due', 5_000, 5_000],
    ['for a second when nobody knows', null, 1_000],
    ['for a second at least', 3, 1_000],
    ['for 30 s at most', 3_600_000, 30_000],
  ])('waits %s', async (_name, retryAfterMs, expected) => {
    const one = job();
    const process = postponeWhileOpen(() => Promise.reject(rejection(retryAfterMs)));
    await expect(process(one, 'token')).rejects.toMatchObject({ name: 'DelayedError' });
    expect(one.moved).toHaveLength(1);
    expect(Math.abs((one.moved[0] ?? 0) - expected)).toBeLessThan(500);
  });

  it('is recognised by the causes of its error, also when they form a ring', async () => {
    const wrapped = new Error('no mail', { cause: new Error('smtp', { cause: rejection(null) }) });
    const one = job();
    await expect(
      postponeWhileOpen(() => Promise.reject(wrapped))(one, 'token'),
    ).rejects.toMatchObject({ name: 'DelayedError' });
    const ring = new Error('ring');
    ring.cause = ring;
    await expect(postponeWhileOpen(() => Promise.reject(ring))(job(), 'token')).rejects.toBe(ring);
  });

  it('fails where it has no lock', async () => {
    const one = job();
    const error = rejection(null);
    await expect(postponeWhileOpen(() => Promise.reject(error))(one)).rejects.toBe(error);
    expect(one.moved).toEqual([]);
  });

  it('fails with the error of the queue when it cannot be moved', async () => {
    const lost = new Error('missing lock');
    const stuck = { moveToDelayed: () => Promise.reject(lost) };
    const process = postponeWhileOpen(() => Promise.reject(rejection(null)));
    await expect(process(stuck, 'token')).rejects.toBe(lost);
  });
});

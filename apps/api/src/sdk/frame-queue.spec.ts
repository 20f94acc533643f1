import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FrameQueue } from './frame-queue.js';

/** A loop whose turns are played by hand, and whose clock moves only while frames are worked on. */
function makeLoop() {
  let now = 0;
  let later: (() => void)[] = [];
  const queue = new FrameQueue({ now: () => now, later: (callback) => later.push(callback) });
  return {
    queue,
    spend: (ms: number) => (now += ms),
    now: () => now,
    /** Answers with how long the turn took. */
    turn: (): number => {
      const start = now;
      const due = later;
      later = [];
      for (const callback of due) callback();
      return now - start;
    },
    isIdle: () => later.length === 0,
  };
}

class Source {
  paused = 0;
  resumed = 0;
  pause(): void {
    this.paused += 1;
  }
  resume(): void {
    this.resumed += 1;
  }
}

const arrival = fc.record({
  source: fc.nat(4),
  ms: fc.integer({ min: 0, max: 5 }),
  length: fc.integer({ min: 1, max: 200_000 }),
  turns: fc.nat(2),
});

it('no turn takes longer than a few frames, every source keeps its order, and each that was paused goes on', () => {
  fc.assert(
    fc.property(fc.array(arrival, { maxLength: 200 }), (arrivals) => {
      const loop = makeLoop();
      const sources = Array.from({ length: 5 }, () => new Source());
      const done = sources.map((): number[] => []);
      for (const [n, { source, ms, length, turns }] of arrivals.entries()) {
        const from = sources[source] ?? new Source();
        const at = loop.now();
        loop.queue.add(from, length, (waitedMs) => {
          expect(waitedMs).toBe(loop.now() - at);
          done[source]?.push(n);
          loop.spend(ms);
        });
        for (let i = 0; i < turns; i += 1) expect(loop.turn()).toBeLessThan(8 + 5);
      }
      for (let i = 0; i < 1_000 && !loop.isIdle(); i += 1) expect(loop.turn()).toBeLessThan(8 + 5);
      expect(loop.queue.size).toBe(0);
      for (const [source, { paused, resumed }] of sources.entries()) {
        const own = arrivals.flatMap((one, n) => (one.source === source ? [n] : []));
        expect(done[source]).toEqual(own);
        expect(resumed).toBe(paused);
      }
    }),
  );
});

it('a frame that comes while there is time is worked on at once', () => {
  const loop = makeLoop();
  let done = 0;
  loop.queue.add(new Source(), 100, () => (done += 1));
  expect(done).toBe(1);
  expect(loop.queue.size).toBe(0);
});

it('a source that sends more than can be worked on is not read until its frames are worked on', () => {
  const loop = makeLoop();
  const [fast, slow] = [new Source(), new Source()];
  const work = () => loop.spend(20);
  for (let i = 0; i < 4; i += 1) loop.queue.add(fast, 100_000, work);
  loop.queue.add(slow, 100, work);
  expect([fast.paused, fast.resumed, slow.paused]).toEqual([1, 0, 0]);
  for (let i = 0; i < 10; i += 1) loop.turn();
  expect([fast.paused, fast.resumed, slow.paused]).toEqual([1, 1, 0]);
});

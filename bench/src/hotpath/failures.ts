import { connected, viewOf } from '../local/plane.js';
import { cockatielOf, opossumOf } from '../local/peers.js';
import { median } from '../bench.js';

const TRIES = 60;

interface Subject {
  readonly name: string;
  readonly call: (fails: boolean) => Promise<unknown>;
}

const outcome = (fails: boolean): Promise<number> =>
  fails ? Promise.reject(new Error('down')) : Promise.resolve(1);

/** What one failed call takes (µs) when the window holds so many outcomes already. */
export async function costOfFailure(samples: number): Promise<Record<string, number>> {
  const recloser = connected([viewOf('failing', { mode: 'held' })]);
  await recloser.ready({ timeoutMs: 1_000 });
  const breaker = recloser.breaker('failing');
  const opossum = opossumOf(outcome, false);
  const cockatiel = cockatielOf(null);
  const subjects: Subject[] = [
    { name: 'recloser', call: (fails) => breaker.protect(() => outcome(fails)) },
    { name: 'opossum', call: (fails) => opossum.fire(fails) },
    { name: 'cockatiel', call: (fails) => cockatiel.execute(() => outcome(fails)) },
  ];
  const costs: Record<string, number> = {};
  for (const { name, call } of subjects) {
    for (let i = 0; i < samples; i += 1) await call(false);
    const times: number[] = [];
    for (let i = 0; i < TRIES; i += 1) {
      const start = performance.now();
      await call(true).catch(() => undefined);
      times.push((performance.now() - start) * 1_000);
    }
    costs[name] = median(times);
  }
  await recloser.close();
  return costs;
}

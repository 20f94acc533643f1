import { integerOf, median, type Bench } from '../bench.js';
import { makeArms, type Arm, type Group } from './arms.js';
import { costOfFailure } from './failures.js';

/** Rounds until V8 has compiled what it will, also where other programs keep its compiler waiting. */
const WARM_UP = 40;

async function timeOf({ run }: Arm, calls: number): Promise<number> {
  const start = process.hrtime.bigint();
  await run(calls);
  return Number(process.hrtime.bigint() - start) / calls;
}

interface Row {
  readonly what: string;
  readonly arm: string;
  readonly ns: number;
  /** Median of the ratios to the base in the same round. */
  readonly ratio: number | null;
  readonly [name: string]: string | number | null;
}

/** All arms of a group take turns within a round, each time in another order. */
async function measure({ name, base, arms, calls }: Group, rounds: number): Promise<Row[]> {
  const all = base === null ? arms : [base, ...arms];
  const times = all.map((): number[] => []);
  for (let round = -WARM_UP; round < rounds; round += 1) {
    for (let i = 0; i < all.length; i += 1) {
      const index = (i + round + WARM_UP) % all.length;
      const arm = all[index];
      if (arm === undefined) continue;
      const ns = await timeOf(arm, calls);
      if (round >= 0) times[index]?.push(ns);
    }
  }
  return all.map((arm, index) => {
    const own = times[index] ?? [];
    const ratios = own.map((ns, round) => ns / (times[0]?.[round] ?? NaN));
    return {
      what: name,
      arm: arm.name,
      ns: Math.round(median(own) * 10) / 10,
      ratio: base === null ? null : Math.round(median(ratios) * 100) / 100,
    };
  });
}

export const hotpath: Bench = {
  summary: 'What a call through a breaker costs, beside opossum, cockatiel and no breaker at all.',
  options: { rounds: 'how often each arm has its turn (40)' },
  run: async (options) => {
    const rounds = integerOf(options, 'rounds', 40, 3, 10_000);
    const arms = await makeArms();
    const rows: Row[] = [];
    for (const group of arms.groups) {
      options.progress(group.name);
      rows.push(...(await measure(group, rounds)));
    }
    await arms.close();
    options.progress('cost of a failure');
    for (const samples of [100, 10_000]) {
      for (const [arm, us] of Object.entries(await costOfFailure(samples))) {
        const what = `a failure after ${samples} calls`;
        rows.push({ what, arm, ns: Math.round(us * 1_000), ratio: null });
      }
    }
    return {
      setting: `${rounds} rounds in which the arms take turns; medians, ratios to the bare call of the same round`,
      rows,
    };
  },
};

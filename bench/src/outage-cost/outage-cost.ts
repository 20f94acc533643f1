import type { Bench } from '../bench.js';
import { startPlane } from '../sockets/plane.js';
import { measureOutage, type Case } from './outage.js';
import { COLD_LOAD, settingOf, SETTINGS, WARM_LOAD, type Setting } from './setting.js';

function casesOf(setting: Setting): Case[] {
  const { outagesS, modes, dependencies, instances, watchMs, timeline } = setting;
  return dependencies.flatMap((dependency) =>
    modes.flatMap((mode) =>
      outagesS.map((outageS): Case => {
        return { mode, dependency, outageS, instances, watchMs, timeline };
      }),
    ),
  );
}

async function run(setting: Setting, progress: (line: string) => void) {
  const plane = await startPlane(false);
  try {
    const figures = [];
    for (const one of casesOf(setting)) {
      progress(`${one.dependency}, ${one.mode}, ${one.outageS} s`);
      figures.push(...(await measureOutage(one, plane)));
    }
    const rows = figures.map(({ row }) => row);
    const timeline = figures.flatMap((one) => one.timeline);
    return { rows, ...(setting.timeline && { tables: { timeline } }) };
  } finally {
    await plane.stop();
  }
}

export const outageCost: Bench = {
  summary: 'How many calls an outage costs, by its length, and how soon all are served again.',
  options: SETTINGS,
  run: async (options) => {
    const setting = settingOf(options);
    const load = ({ callsPerSecond, retries }: { callsPerSecond: number; retries: number }) =>
      `${callsPerSecond} calls/s with ${retries} retries`;
    return {
      setting:
        `${setting.instances} instances in each arm, warm ${load(WARM_LOAD)}, cold ${load(COLD_LOAD)}, ` +
        `time-out ${WARM_LOAD.timeoutMs} ms, default policy; all arms at the same time, each with a dependency of its own`,
      ...(await run(setting, options.progress)),
    };
  },
};

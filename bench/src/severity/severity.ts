import { setTimeout as pause } from 'node:timers/promises';
import type { Bench } from '../bench.js';
import { Blips } from './blips.js';
import { TIMEOUT_MS, type Arm } from './messages.js';
import { openedOf } from './openings.js';
import { settingOf, SETTINGS, type Setting } from './setting.js';
import { Stage } from './stage.js';

/** From the first failure to the last instance that turns calls away, in ms; null: not within the limit. */
type Openings = ReadonlyMap<Arm, readonly (number | null)[]>;

async function measure(stage: Stage, percent: number, setting: Setting): Promise<Openings> {
  const openings = new Map<Arm, (number | null)[]>();
  for (let repetition = 1; repetition <= setting.repetitions; repetition += 1) {
    const breaker = `share-${percent}-${repetition}`;
    await stage.create(breaker);
    stage.load(breaker, setting.callsPerSecond);
    await pause(setting.warmUpMs);
    const from = await stage.fail(percent / 100);
    await stage.untilBlocked(breaker, setting.limitMs);
    await stage.heal();
    stage.load(breaker, 0);
    for (const crew of stage.crews) {
      const at = crew.allBlockedAt(breaker);
      const own = openings.get(crew.arm) ?? [];
      own.push(at === null ? null : at - from);
      openings.set(crew.arm, own);
    }
    await stage.close(breaker);
  }
  return openings;
}

function rowsOf(openings: Openings, percent: number, setting: Setting) {
  return [...openings].map(([arm, times]) => ({
    failing: percent / 100,
    callsPerSecond: setting.callsPerSecond,
    instances: setting.instances,
    openedMs: openedOf(times),
    opened: times.filter((time) => time !== null).length,
    repetitions: times.length,
    arm,
  }));
}

async function run(setting: Setting, progress: (line: string) => void) {
  const stage = await Stage.start(setting.instances, progress);
  try {
    const blips = new Blips(stage, setting, progress);
    await blips.prepare();
    const rows = [];
    for (const percent of setting.repetitions === 0 ? [] : setting.failing) {
      progress(`${percent}% of the calls fail, ${setting.repetitions} times`);
      rows.push(...rowsOf(await measure(stage, percent, setting), percent, setting));
    }
    return {
      rows: rows.filter(({ arm }) => arm === 'recloser'),
      tables: {
        peers: rows.filter(({ arm }) => arm !== 'recloser'),
        blips: await blips.run(),
      },
    };
  } finally {
    await stage.stop();
  }
}

export const severity: Bench = {
  summary: 'How soon a breaker opens when a share of the calls fails, and that a blip does not.',
  options: SETTINGS,
  run: async (options) => {
    const setting = settingOf(options);
    return {
      setting:
        `${setting.instances} instances and ${setting.callsPerSecond} calls/s in each arm, default policy, ` +
        `time-out ${TIMEOUT_MS} ms, no retries; all arms at the same time, with one dependency`,
      ...(await run(setting, options.progress)),
    };
  },
};

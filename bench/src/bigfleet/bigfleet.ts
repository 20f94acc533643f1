import { createDatabase } from '@recloser/db';
import { startPlatform, startRedis, type Platform } from '@recloser/platform';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { integerOf, type Bench, type BenchOptions, type BenchRow } from '../bench.js';
import { makeBreakers } from '../evaluate/fleet.js';
import { Crew } from './crew.js';
import { loopFigures } from './loop-lines.js';
import { Person } from './person.js';
import { PHASES, type Scene } from './phases.js';

const ADMIN = { email: 'bench@recloser.local', password: 'recloser-bench' };
const CREW_PROCESSES = 3;
/** What a phase has set off ends some time after it. */
const AFTER_MS = 2_000;

const PROBE = new URL('./probe.js', import.meta.url).href;

async function platformFor(directory: string, redisUrl: string | undefined): Promise<Platform> {
  return startPlatform({
    ephemeral: true,
    web: false,
    port: 0,
    admin: ADMIN,
    env: {
      NODE_OPTIONS: `--import ${PROBE}`,
      BIGFLEET_PROBE: directory,
      METRICS_TOKEN: 'bench-metrics-token',
      METRICS_MAX_BREAKERS: '10000',
    },
    log: (line) => void process.stderr.write(line + '\n'),
    ...(redisUrl !== undefined && { redisUrl }),
  });
}

async function sceneOf(platform: Platform, options: BenchOptions): Promise<Scene> {
  const breakers = integerOf(options, 'breakers', 10_000, 100, 10_000);
  const db = createDatabase(platform.adminUrl);
  try {
    await makeBreakers(db, platform.adminUrl, breakers);
  } finally {
    await db.close();
  }
  const person = new Person(platform.url);
  await person.signIn(ADMIN);
  const made = await person.post('/keys', { name: 'bench' });
  const { key } = JSON.parse(made.text) as { key: string };
  const crew = new Crew();
  await crew.start(integerOf(options, 'instances', 200, 1, 20_000), CREW_PROCESSES, {
    url: platform.url.replace(/^http/, 'ws'),
    sdkKey: key,
    breakers,
    itemsPerSecond: integerOf(options, 'items', 300, 0, 1_000),
  });
  return { person, crew, breakers };
}

async function play(scene: Scene, directory: string, options: BenchOptions): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const { name, run } of PHASES) {
    options.progress(name);
    const from = Date.now();
    const told = await run(scene);
    const tookMs = Date.now() - from;
    await pause(AFTER_MS);
    const api = loopFigures(directory, 'api', from, Date.now());
    const worker = loopFigures(directory, 'worker', from, Date.now());
    rows.push({ phase: name, tookMs, api: { ...api }, worker: { ...worker }, result: told });
  }
  return rows;
}

export const bigfleet: Bench = {
  summary:
    'How long event loops are held with 10,000 breakers on 200 instances, whatever a person asks for.',
  options: {
    breakers: 'in the environment (10000)',
    instances: 'connected, each of which calls all breakers (200)',
    items: 'breakers that each of them reports in a second (300)',
    redis: 'yes: signals, bus and jobs on Redis (no)',
    keep: 'directory for the probes’ lines; with BIGFLEET_STACKS=1 also stacks (a temporary one)',
  },
  run: async (options) => {
    const { keep, redis } = options.values;
    const directory = keep ?? (await mkdtemp(join(tmpdir(), 'recloser-bigfleet-')));
    const cache = redis === 'yes' ? await startRedis() : null;
    const platform = await platformFor(directory, cache?.url);
    let scene: Scene | null = null;
    try {
      scene = await sceneOf(platform, options);
      const rows = await play(scene, directory, options);
      const { closed, leaseless, longestUnrenewedMs, frames, answered } = scene.crew.counts();
      return {
        setting:
          'one API node and one worker with all else on the same cores; late: of timers of 5 ms; held: processor time of the ' +
          'longest work in one go',
        rows,
        figures: {
          'sockets closed': closed,
          'pings that renewed no lease': leaseless,
          'longest without a renewed lease, ms': Math.round(longestUnrenewedMs),
          'frames sent': frames,
          'frames answered': answered,
        },
      };
    } finally {
      await scene?.crew.close();
      await platform.stop();
      await cache?.stop();
      if (keep === undefined) await rm(directory, { recursive: true, force: true });
    }
  },
};

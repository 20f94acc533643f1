import { setTimeout as pause } from 'node:timers/promises';
import { integerOf, type Bench } from '../bench.js';
import { Crowd } from '../sockets/crowd.js';
import { startPlane, type Plane } from '../sockets/plane.js';
import { INSPECTABLE, Inspector, type Memory } from './inspector.js';

const METRICS_TOKEN = 'bench-metrics-token';
const SETTLE_MS = 5_000;

interface Quiet extends Memory {
  /** Share of one core, in percent. */
  readonly cpuPercent: number;
}

/** Processor time of the API so far, as it says at /metrics. */
async function cpuSeconds(plane: Plane): Promise<number> {
  const response = await fetch(`${plane.control.url}/metrics`, {
    headers: { authorization: `Bearer ${METRICS_TOKEN}` },
  });
  const found = /^\w*process_cpu_seconds_total(?:\{[^}]*\})? (\S+)/m.exec(await response.text());
  if (!found) throw new Error('The API has no metric process_cpu_seconds_total.');
  return Number(found[1]);
}

async function watch(plane: Plane, inspector: Inspector, watchMs: number): Promise<Quiet> {
  await pause(SETTLE_MS);
  const start = performance.now();
  const before = await cpuSeconds(plane);
  await pause(watchMs);
  const busy = (await cpuSeconds(plane)) - before;
  const cpuPercent = (busy / ((performance.now() - start) / 1_000)) * 100;
  return { cpuPercent, ...(await inspector.memory(plane.apiPid)) };
}

const tenth = (value: number): number => Math.round(value * 10) / 10;

const rowOf = (sockets: number, { cpuPercent, usedKb, residentKb }: Quiet) => ({
  sockets,
  cpuPercent: tenth(cpuPercent),
  usedMb: tenth(usedKb / 1024),
  residentMb: tenth(residentKb / 1024),
});

export const idle: Bench = {
  summary: 'What connected SDKs cost the API while nothing happens.',
  options: { sockets: 'connected SDKs (1000)', seconds: 'how long to watch (20)' },
  run: async (options) => {
    const sockets = integerOf(options, 'sockets', 1_000, 1, 20_000);
    const watchMs = integerOf(options, 'seconds', 20, 5, 600) * 1_000;
    const inspector = new Inspector();
    const plane = await startPlane(false, { METRICS_TOKEN, ...INSPECTABLE }, inspector.hear);
    const crowd = new Crowd();
    try {
      const empty = await watch(plane, inspector, watchMs);
      options.progress(`connecting ${sockets} SDKs`);
      const { sdkUrl, sdkKey } = plane;
      await crowd.connect(sockets, 2, { url: sdkUrl, sdkKey, breaker: 'idle', bareUrl: null });
      const full = await watch(plane, inspector, watchMs);
      return {
        setting: `the API process alone, over ${watchMs / 1000} s each; memory after collecting garbage: used = heap and buffers`,
        rows: [rowOf(0, empty), rowOf(sockets, full)],
        figures: {
          'kB per socket': tenth((full.usedKb - empty.usedKb) / sockets),
          'cpu percent per 1000 sockets': tenth(
            ((full.cpuPercent - empty.cpuPercent) / sockets) * 1_000,
          ),
        },
      };
    } finally {
      await crowd.close();
      await plane.stop();
    }
  },
};

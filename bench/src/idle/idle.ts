import { setTimeout as pause } from 'node:timers/promises';
import { integerOf, type Bench } from '../bench.js';
import { Crowd } from '../sockets/crowd.js';
import { startPlane } from '../sockets/plane.js';

const METRICS_TOKEN = 'bench-metrics-token';
const SETTLE_MS = 5_000;

interface Reading {
  readonly at: number;
  readonly cpuSeconds: number;
  readonly residentKb: number;
  readonly heapKb: number;
}

/** What the API says of itself at /metrics. */
async function read(url: string): Promise<Reading> {
  const response = await fetch(`${url}/metrics`, {
    headers: { authorization: `Bearer ${METRICS_TOKEN}` },
  });
  const text = await response.text();
  const value = (name: string): number => {
    const line = new RegExp(`^\\w*${name}(?:\\{[^}]*\\})? (\\S+)`, 'm').exec(text);
    if (!line) throw new Error(`The API has no metric ${name}.`);
    return Number(line[1]);
  };
  return {
    at: performance.now(),
    cpuSeconds: value('process_cpu_seconds_total'),
    residentKb: value('process_resident_memory_bytes') / 1024,
    heapKb: value('nodejs_heap_size_used_bytes') / 1024,
  };
}

/** Share of one core between two readings, in percent. */
function cpuPercent(from: Reading, to: Reading): number {
  return ((to.cpuSeconds - from.cpuSeconds) / ((to.at - from.at) / 1000)) * 100;
}

export const idle: Bench = {
  summary: 'What connected SDKs cost the API while nothing happens.',
  options: { sockets: 'connected SDKs (1000)', seconds: 'how long to watch (20)' },
  run: async (options) => {
    const sockets = integerOf(options, 'sockets', 1_000, 1, 20_000);
    const watchMs = integerOf(options, 'seconds', 20, 5, 600) * 1_000;
    const plane = await startPlane(false, { METRICS_TOKEN });
    const crowd = new Crowd();
    try {
      const { url } = plane.control;
      await pause(SETTLE_MS);
      const empty = await read(url);
      await pause(watchMs);
      const stillEmpty = await read(url);
      options.progress(`connecting ${sockets} SDKs`);
      const { sdkUrl, sdkKey } = plane;
      await crowd.connect(sockets, 2, { url: sdkUrl, sdkKey, breaker: 'idle', bareUrl: null });
      await pause(SETTLE_MS);
      const full = await read(url);
      await pause(watchMs);
      const stillFull = await read(url);
      const tenth = (value: number): number => Math.round(value * 10) / 10;
      return {
        setting: `the API process alone, over ${watchMs / 1000} s each; resident memory includes garbage not yet collected`,
        rows: [
          {
            sockets: 0,
            cpuPercent: tenth(cpuPercent(empty, stillEmpty)),
            residentMb: tenth(stillEmpty.residentKb / 1024),
            heapMb: tenth(stillEmpty.heapKb / 1024),
          },
          {
            sockets,
            cpuPercent: tenth(cpuPercent(full, stillFull)),
            residentMb: tenth(stillFull.residentKb / 1024),
            heapMb: tenth(stillFull.heapKb / 1024),
          },
        ],
        figures: {
          'resident kB per socket': tenth((stillFull.residentKb - stillEmpty.residentKb) / sockets),
        },
      };
    } finally {
      await crowd.close();
      await plane.stop();
    }
  },
};

import { setTimeout as pause } from 'node:timers/promises';
import { integerOf, type Bench } from '../bench.js';
import { Crowd } from '../sockets/crowd.js';
import { startPlane, type Plane } from '../sockets/plane.js';
import { acceptOverflows } from './overflows.js';

const METRICS_TOKEN = 'bench-metrics-token';
const PROCESSES = 4;
const PATIENCE_MS = 120_000;
const LOOK_MS = 100;

interface Seen {
  readonly sockets: number;
  /** The longest delay of the event loop since the look before, in ms. */
  readonly delayMs: number;
}

/** What the API says of itself; null while there is none. */
async function look(plane: Plane): Promise<Seen | null> {
  try {
    const response = await fetch(`${plane.control.url}/metrics`, {
      headers: { authorization: `Bearer ${METRICS_TOKEN}` },
      signal: AbortSignal.timeout(5_000),
    });
    const text = await response.text();
    const valueOf = (pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? 0);
    return {
      sockets: valueOf(/^recloser_sockets\{kind="sdk"[^}]*\} (\S+)/m),
      delayMs: valueOf(/^recloser_nodejs_eventloop_lag_max_seconds(?:\{[^}]*\})? (\S+)/m) * 1_000,
    };
  } catch {
    return null;
  }
}

/** Kills the node, and waits until all of its sockets are on the one that takes its place. */
async function killOnce(plane: Plane, sockets: number) {
  const overflows = acceptOverflows() ?? 0;
  const start = performance.now();
  const since = () => Math.round(performance.now() - start);
  plane.killApi();
  let upMs: number | null = null;
  let halfMs: number | null = null;
  let delayMs = 0;
  while (since() < PATIENCE_MS) {
    const seen = await look(plane);
    if (seen !== null) {
      upMs ??= since();
      delayMs = Math.max(delayMs, seen.delayMs);
      if (seen.sockets * 2 >= sockets) halfMs ??= since();
      if (seen.sockets >= sockets) {
        const backMs = since();
        const refused = (acceptOverflows() ?? 0) - overflows;
        return { upMs, halfMs, backMs, afterUpMs: backMs - upMs, refused, delayMs };
      }
    }
    await pause(LOOK_MS);
  }
  throw new Error(`Not all of ${sockets} sockets were back after ${PATIENCE_MS / 1_000} s.`);
}

export const storm: Bench = {
  summary: 'How soon all SDKs are back after kill -9 of the node that had them all.',
  options: { sockets: 'connected SDKs (10000)', rounds: 'how often the node is killed (3)' },
  run: async (options) => {
    const sockets = integerOf(options, 'sockets', 10_000, 10, 20_000);
    const rounds = integerOf(options, 'rounds', 3, 1, 20);
    const plane = await startPlane(false, { METRICS_TOKEN });
    const crowd = new Crowd();
    try {
      options.progress(`connecting ${sockets} SDKs`);
      const { sdkUrl, sdkKey } = plane;
      const client = { url: sdkUrl, sdkKey, breaker: 'storm', bareUrl: null };
      await crowd.connect(sockets, PROCESSES, client);
      const rows = [];
      for (let round = 1; round <= rounds; round += 1) {
        // Whoever was connected for ten seconds begins with the shortest wait.
        await pause(12_000);
        options.progress(`round ${round}`);
        const { delayMs, ...told } = await killOnce(plane, sockets);
        rows.push({ round, ...told, longestDelayMs: Math.round(delayMs) });
      }
      return {
        setting:
          `${sockets} SDKs in ${PROCESSES} processes, one API node, which is started again when it was killed; ` +
          'refused: connections that the accept queue had no room for',
        rows,
      };
    } finally {
      await crowd.close();
      await plane.stop();
    }
  },
};

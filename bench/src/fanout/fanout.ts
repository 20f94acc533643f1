import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DEFAULT_POLICY } from '@recloser/core';
import { integerOf, median, percentile, type Bench, type BenchOptions } from '../bench.js';
import { Crowd } from '../sockets/crowd.js';
import { preciseNow } from '../sockets/messages.js';
import { startPlane, type Plane } from '../sockets/plane.js';

const BREAKER = 'fanout';
const CLIENT_PROCESSES = 2;
const BETWEEN_ROUNDS_MS = 150;
/** As long as the frame that a trip of one breaker sends. */
const TEXT = 'x'.repeat(420);
const BARE = fileURLToPath(new URL('../sockets/bare-server.js', import.meta.url));

async function startBare(): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(BARE, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { child, url: `ws://127.0.0.1:${port}` };
}

/** From just before the HTTP request to the moment in which each SDK's own `allows` says no. */
async function tripRound(plane: Plane, crowd: Crowd): Promise<number> {
  const round = crowd.round('recloser');
  const start = preciseNow();
  await plane.control.trip(BREAKER, 'fan-out round');
  const times = await round;
  await plane.control.finish(BREAKER, 'next round');
  return percentile(times, 0.99) - start;
}

/** From just before the first send to the moment in which each socket has the text. */
async function bareRound(bare: ChildProcess, crowd: Crowd): Promise<number> {
  const round = crowd.round('bare');
  const sent = once(bare, 'message') as Promise<[{ at: number }]>;
  bare.send({ type: 'broadcast', text: TEXT });
  const [times, [{ at }]] = await Promise.all([round, sent]);
  return percentile(times, 0.99) - at;
}

async function measure(redis: boolean, sockets: number, rounds: number, options: BenchOptions) {
  const store = redis ? 'Redis' : 'Postgres';
  const plane = await startPlane(redis);
  const bare = await startBare();
  const crowd = new Crowd();
  try {
    await plane.control.createBreaker(BREAKER, DEFAULT_POLICY);
    options.progress(`${store}: connecting ${sockets} SDKs and as many bare sockets`);
    const { sdkUrl: url, sdkKey } = plane;
    await crowd.connect(sockets, CLIENT_PROCESSES, {
      url,
      sdkKey,
      breaker: BREAKER,
      bareUrl: bare.url,
    });
    const trips: number[] = [];
    const broadcasts: number[] = [];
    for (let round = -2; round < rounds; round += 1) {
      await pause(BETWEEN_ROUNDS_MS);
      const broadcast = await bareRound(bare.child, crowd);
      await pause(BETWEEN_ROUNDS_MS);
      const trip = await tripRound(plane, crowd);
      // The first rounds warm up both arms.
      if (round < 0) continue;
      broadcasts.push(broadcast);
      trips.push(trip);
    }
    return rowOf(store, sockets, trips, broadcasts);
  } finally {
    await crowd.close();
    bare.child.kill('SIGKILL');
    await plane.stop();
  }
}

function rowOf(
  store: string,
  sockets: number,
  trips: readonly number[],
  broadcasts: readonly number[],
) {
  const round = (value: number): number => Math.round(value * 10) / 10;
  const ratios = trips.map((trip, index) => trip / (broadcasts[index] ?? NaN));
  return {
    store,
    sockets,
    rounds: trips.length,
    tripP99Ms: round(median(trips)),
    worstTripP99Ms: round(Math.max(...trips)),
    bareP99Ms: round(median(broadcasts)),
    ratio: Math.round(median(ratios) * 100) / 100,
  };
}

export const fanout: Bench = {
  summary: 'How soon a manual trip is applied by every connected SDK, beside a bare ws broadcast.',
  options: { sockets: 'connected SDKs (1000)', rounds: 'rounds of each arm (30)' },
  run: async (options) => {
    const sockets = integerOf(options, 'sockets', 1_000, 2, 10_000);
    const rounds = integerOf(options, 'rounds', 30, 1, 1_000);
    const rows = [
      await measure(false, sockets, rounds, options),
      await measure(true, sockets, rounds, options),
    ];
    return {
      setting:
        'p99 over the clients of one round, then the median of all rounds; the arms take turns; ' +
        'trip = HTTP request, commit, bus, push, SDK cache',
      rows,
    };
  },
};

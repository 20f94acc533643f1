/** Some of the instances of a large fleet, on bare sockets: a few processes make hundreds of them. */
import { LightInstance, type Tallies } from './instance.js';
import type { CrewCounts, CrewOptions, FromCrew, ToCrew } from './messages.js';
import { Reports } from './reports.js';

const options = JSON.parse(process.argv[2] ?? '{}') as CrewOptions;
const COUNTS_MS = 250;

const tallies: Tallies = {
  ...{ connected: 0, closed: 0, leaseless: 0, longestUnrenewedMs: 0, frames: 0, answered: 0 },
};
const reports = new Reports(options);
const instances = Array.from(
  { length: options.count },
  (_, i) => new LightInstance(options.firstId + i, reports, tallies),
);

function tell(message: FromCrew): void {
  process.send?.(message);
}

function counts(): CrewCounts {
  const now = Math.max(...instances.map((instance) => instance.unrenewedMs()));
  return { ...tallies, longestUnrenewedMs: Math.max(now, tallies.longestUnrenewedMs) };
}

async function connect(): Promise<void> {
  await Promise.all(
    instances.map(async (instance) => {
      await instance.connect(options);
      tallies.connected += 1;
    }),
  );
  for (const instance of instances) instance.begin();
  // What connecting took is told on its own.
  tallies.longestUnrenewedMs = 0;
  setInterval(() => tell({ type: 'counts', counts: counts() }), COUNTS_MS);
  tell({ type: 'ready' });
}

process.on('message', (_message: ToCrew) => void connect());
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);
tell({ type: 'up' });

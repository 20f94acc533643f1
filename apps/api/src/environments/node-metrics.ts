import type { HubStats } from '@recloser/hub';
import { Counter, Gauge, type Metrics } from '@recloser/server';
import type { EnvironmentReplicas } from './environment-replicas.js';

interface Sockets {
  readonly connections: number;
}

const COUNTED = [
  'frames',
  'framesRefused',
  'batches',
  'items',
  'deltas',
  'fulls',
  'resumes',
  'slowConsumers',
  'unresponsive',
  'drains',
  'drainsLost',
  'permits',
  'probeResults',
] as const satisfies readonly (keyof HubStats)[];

/** Open sockets and what the hubs count, read when Prometheus asks. */
export function addNodeMetrics(
  metrics: Metrics,
  replicas: EnvironmentReplicas,
  sockets: Readonly<Record<string, Sockets>>,
): void {
  new Gauge({
    name: 'recloser_sockets',
    help: 'Open WebSocket connections',
    labelNames: ['kind'],
    registers: [metrics],
    collect() {
      for (const [kind, { connections }] of Object.entries(sockets))
        this.set({ kind }, connections);
    },
  });
  new Gauge({
    name: 'recloser_evaluator_alive',
    help: '1 while decisions are being made, and leases renewed, in every environment that is connected here',
    registers: [metrics],
    collect() {
      const alive = [...replicas.all].every((one) =>
        replicas.clock.evaluatorAlive(one.environmentId),
      );
      this.set(alive ? 1 : 0);
    },
  });
  new Counter({
    name: 'recloser_hub_events_total',
    help: 'What happened on SDK connections, by kind',
    labelNames: ['kind'],
    registers: [metrics],
    collect() {
      this.reset();
      for (const kind of COUNTED) this.inc({ kind }, sumOf(replicas, kind));
    },
  });
}

function sumOf(replicas: EnvironmentReplicas, kind: (typeof COUNTED)[number]): number {
  let sum = 0;
  for (const { hub } of replicas.all) sum += hub.stats[kind];
  return sum;
}

import { ADMISSION_ALL, STATE_KINDS } from '@recloser/core';
import type { HeldBreaker, Hub } from '@recloser/hub';
import {
  BreakerNames,
  eachInTurns,
  Gauge,
  OTHER_BREAKERS,
  type Metrics,
  type Sample,
} from '@recloser/server';
import { addPartMetrics } from './part-metrics.js';

/** An environment under the keys that metrics name it by. */
export interface NamedReplica {
  readonly project: string;
  readonly environment: string;
  readonly node: { readonly hub: Pick<Hub, 'breakers' | 'presence'> };
}

/** Of one environment: the breakers that are named, by name, and the rest. */
interface Sorted {
  readonly environment: NamedReplica;
  readonly named: readonly HeldBreaker[];
  readonly others: readonly HeldBreaker[];
  readonly acked: Acked;
}

/** How many instances have acknowledged each seq; ascending. */
type Acked = ReturnType<Hub['presence']>['acked'];

interface Labels extends Readonly<Record<string, string>> {
  readonly project: string;
  readonly environment: string;
  readonly breaker: string;
}

/**
 * What this node knows of each breaker, read from memory when Prometheus asks. At most `limit` breakers are named, and
 * those that are keep their names until they are gone.
 */
export function addBreakerMetrics(
  metrics: Metrics,
  nodes: () => Iterable<NamedReplica>,
  limit: number,
): void {
  const names = new BreakerNames(limit);
  let sorted: readonly Sorted[] = [];
  metrics.prepare(async () => {
    sorted = await sort(nodes(), names);
  });
  metrics.addFamily({
    name: 'recloser_breaker_state',
    help: 'Fleet-wide state of each breaker: 1 for the state that it is in',
    type: 'gauge',
    samples: () => states(sorted),
  });
  metrics.addFamily({
    name: 'recloser_breaker_admission_ratio',
    help: 'Share of the traffic that each breaker admits, 0 to 1',
    type: 'gauge',
    samples: () => admissions(sorted),
  });
  metrics.addFamily({
    name: 'recloser_breaker_instances_behind',
    help: 'Instances connected here that have not applied the latest change of the breaker',
    type: 'gauge',
    samples: () => behind(sorted),
  });
  new Gauge({
    name: 'recloser_instances_connected',
    help: 'Instances that have been heard here within 6 s, over a socket or because they poll',
    labelNames: ['project', 'environment'],
    registers: [metrics],
    collect() {
      this.reset();
      for (const one of sorted) this.set(namesOf(one.environment), countOf(one.acked));
    },
  });
  new Gauge({
    name: 'recloser_breakers_unnamed',
    help: 'Breakers beyond METRICS_MAX_BREAKERS, which stand under breaker="(others)"',
    registers: [metrics],
    collect() {
      this.set(sorted.flatMap(({ others }) => others).length);
    },
  });
  addPartMetrics(metrics, () => sorted, limit);
}

/** Gives places back first, so that they go to breakers that are there. */
async function sort(
  nodes: Iterable<NamedReplica>,
  names: BreakerNames,
): Promise<readonly Sorted[]> {
  const known = new Map<string, Map<string, HeldBreaker>>();
  const all = [...nodes];
  for (const environment of all) {
    const byKey = new Map<string, HeldBreaker>();
    await eachInTurns(environment.node.hub.breakers(), (held) => byKey.set(held.view.key, held));
    known.set(idOf(environment), byKey);
  }
  names.keep((id, key) => known.get(id)?.has(key) === true);
  const sorted: Sorted[] = [];
  for (const environment of all) {
    const id = idOf(environment);
    const named: HeldBreaker[] = [];
    const others: HeldBreaker[] = [];
    await eachInTurns(known.get(id) ?? [], ([key, held]) => {
      (names.nameOf(id, key) === OTHER_BREAKERS ? others : named).push(held);
    });
    sorted.push({ environment, named, others, acked: environment.node.hub.presence().acked });
  }
  return sorted;
}

function* states(sorted: readonly Sorted[]): Generator<Sample> {
  for (const { environment, named, others } of sorted) {
    for (const { view } of named) {
      const labels = labelsOf(environment, view.key);
      for (const state of STATE_KINDS)
        yield { labels: { ...labels, state }, value: view.state === state ? 1 : 0 };
    }
    if (others.length === 0) continue;
    const labels = labelsOf(environment, OTHER_BREAKERS);
    for (const state of STATE_KINDS) {
      const value = others.filter(({ view }) => view.state === state).length;
      yield { labels: { ...labels, state }, value };
    }
  }
}

/** A sum or a mean of the others would say nothing that can be acted on. */
function* admissions(sorted: readonly Sorted[]): Generator<Sample> {
  for (const { environment, named } of sorted) {
    for (const { view } of named)
      yield { labels: labelsOf(environment, view.key), value: view.admission / ADMISSION_ALL };
  }
}

/** The others have the number of the one for which most are behind. */
function* behind(sorted: readonly Sorted[]): Generator<Sample> {
  for (const { environment, named, others, acked } of sorted) {
    const count = behindCounter(acked);
    for (const { view, seq } of named)
      yield { labels: labelsOf(environment, view.key), value: count(seq) };
    if (others.length === 0) continue;
    const value = count(others.reduce((latest, { seq }) => Math.max(latest, seq), 0));
    yield { labels: labelsOf(environment, OTHER_BREAKERS), value };
  }
}

/** How many instances have acknowledged less than a seq; `acked` is ascending. */
function behindCounter(acked: Acked): (seq: number) => number {
  const known = new Map<number, number>();
  return (seq) => {
    const before = known.get(seq);
    if (before !== undefined) return before;
    let count = 0;
    for (const [at, instances] of acked) {
      if (at >= seq) break;
      count += instances;
    }
    known.set(seq, count);
    return count;
  };
}

const countOf = (acked: Acked): number => acked.reduce((sum, [, count]) => sum + count, 0);

const namesOf = ({ project, environment }: NamedReplica) => ({ project, environment });

const idOf = ({ project, environment }: NamedReplica): string => `${project}/${environment}`;

function labelsOf({ project, environment }: NamedReplica, breaker: string): Labels {
  return { project, environment, breaker };
}

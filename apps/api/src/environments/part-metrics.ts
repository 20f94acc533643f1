import { ADMISSION_ALL, STATE_KINDS, type BreakerView } from '@recloser/core';
import type { HeldBreaker } from '@recloser/hub';
import { BreakerNames, Gauge, OTHER_BREAKERS, type Metrics, type Sample } from '@recloser/server';

type Part = NonNullable<BreakerView['scopes']>[number];

/** The breakers of one environment: those that are named, and the rest. */
interface Environment {
  readonly environment: { readonly project: string; readonly environment: string };
  readonly named: readonly HeldBreaker[];
  readonly others: readonly HeldBreaker[];
}

/**
 * What is known of the parts of a fleet that have a state of their own: a region, zone, service or instance. Every part is
 * counted; at most `limit` of them are named, whatever breakers they belong to.
 */
export function addPartMetrics(
  metrics: Metrics,
  environments: () => readonly Environment[],
  limit: number,
): void {
  const names = new BreakerNames(limit);
  const named = () => namedParts(environments(), names);
  metrics.addFamily({
    name: 'recloser_breaker_parts',
    help: 'Parts of the fleet with their own state of a breaker, by that state; no series without parts',
    type: 'gauge',
    samples: () => counts(environments()),
  });
  metrics.addFamily({
    name: 'recloser_breaker_part_admission_ratio',
    help: 'Share of the traffic that each part of the fleet with a state of its own admits, 0 to 1',
    type: 'gauge',
    samples: function* (): Generator<Sample> {
      for (const { labels, part } of named()) {
        yield { labels, value: part.admission / ADMISSION_ALL };
      }
    },
  });
  new Gauge({
    name: 'recloser_breaker_parts_unnamed',
    help: 'Parts beyond METRICS_MAX_BREAKERS or of unnamed breakers: they have no admission here, but are counted',
    registers: [metrics],
    collect() {
      const all = environments().flatMap((one) => [...one.named, ...one.others]);
      const parts = all.reduce((count, { view }) => count + partsOf(view).length, 0);
      this.set(parts - [...named()].length);
    },
  });
}

function* counts(environments: readonly Environment[]): Generator<Sample> {
  for (const { environment, named, others } of environments) {
    for (const { view } of named) yield* countsOf(environment, view.key, partsOf(view));
    const rest = others.flatMap(({ view }) => partsOf(view));
    yield* countsOf(environment, OTHER_BREAKERS, rest);
  }
}

function* countsOf(
  { project, environment }: Environment['environment'],
  breaker: string,
  parts: readonly Part[],
): Generator<Sample> {
  if (parts.length === 0) return;
  for (const state of STATE_KINDS) {
    const value = parts.filter((part) => part.state === state).length;
    yield { labels: { project, environment, breaker, state }, value };
  }
}

interface NamedPart {
  readonly labels: Sample['labels'];
  readonly part: Part;
}

/** Gives back the names of parts that are gone, then names as many as there is room for. */
function namedParts(environments: readonly Environment[], names: BreakerNames): NamedPart[] {
  const all = environments.flatMap(({ environment: { project, environment }, named }) =>
    named.flatMap(({ view }) =>
      partsOf(view).map((part) => {
        const { kind, value } = part;
        const labels = { project, environment, breaker: view.key, kind, part: value };
        return {
          id: `${project}/${environment}`,
          key: JSON.stringify([view.key, kind, value]),
          labels,
          part,
        };
      }),
    ),
  );
  const known = new Set(all.map(({ id, key }) => `${id}\n${key}`));
  names.keep((id, key) => known.has(`${id}\n${key}`));
  return all.filter(({ id, key }) => names.nameOf(id, key) === key);
}

function partsOf({ scopes = [] }: BreakerView): readonly Part[] {
  return scopes;
}

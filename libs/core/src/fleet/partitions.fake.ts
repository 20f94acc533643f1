import { EMPTY_COUNTS, isFailingInstance } from '../model/counts.js';
import {
  BUCKET_MS,
  type BreakerRecord,
  type Evidence,
  type GroupCounts,
  type InstanceCounts,
  type KeyCounts,
  type WindowEvidence,
} from '../model/model.js';
import { DEFAULT_POLICY } from '../policy/policy.js';
import { INSTANCE_WINDOWS_MS } from '../model/trip-policy.js';
import { initialState } from '../recovery/state.js';
import { sumKeys } from '../trip/key-counts.js';
import { NO_EVIDENCE } from './decide-breaker.js';

/** One instance of a made-up fleet and what it counted in a window. */
export interface Node {
  readonly id: string;
  readonly service: string;
  readonly zone: string;
  readonly region: string;
  readonly calls: number;
  readonly failures: number;
  /** The SDK key that it came with. */
  readonly keyId?: string;
}

/** 3 zones in 2 regions × 2 services × `each` instances, all well. */
export function fleet(each = 5, calls = 40): Node[] {
  const zones = ['eu-1a', 'eu-1b', 'us-1a'];
  return zones.flatMap((zone) =>
    ['checkout', 'search'].flatMap((service) =>
      Array.from({ length: each }, (_, i) => ({
        id: `${service}-${zone}-${i}`,
        service,
        zone,
        region: zone.slice(0, 2),
        calls,
        failures: 0,
      })),
    ),
  );
}

/** The fleet with a share of the calls of those chosen failed. */
export function failing(
  nodes: readonly Node[],
  isChosen: (node: Node) => boolean,
  share = 1,
): Node[] {
  return nodes.map((node) =>
    isChosen(node) ? { ...node, failures: Math.round(node.calls * share) } : node,
  );
}

/** What hubs would tell of these instances. */
export function windowOf(nodes: readonly Node[], lengthMs = 2_000): WindowEvidence {
  const groups = new Map<string, Node[]>();
  for (const node of nodes) {
    const name = `${node.service} ${node.zone}`;
    groups.set(name, [...(groups.get(name) ?? []), node]);
  }
  const calls = sum(nodes, 'calls');
  const failures = sum(nodes, 'failures');
  return {
    lengthMs,
    counts: { ...EMPTY_COUNTS, ok: calls - failures, failures },
    failingBuckets: failures > 0 ? 8 : 0,
    reporting: nodes.length,
    failing: nodes.filter(isBad).length,
    slowInstances: 0,
    heaviest: [...nodes]
      .sort((a, b) => b.failures - a.failures)
      .slice(0, 32)
      .map(countsOfNode),
    groups: [...groups.values()].map(groupOf),
    ...keysOf(nodes),
  };
}

export function evidenceOfFleet(nodes: readonly Node[]): Evidence {
  const windows = INSTANCE_WINDOWS_MS.map((lengthMs) => windowOf(nodes, lengthMs));
  const [calls, failures] = [sum(nodes, 'calls'), sum(nodes, 'failures')];
  const buckets = Array.from({ length: 8 }, (_, i) => {
    const counts = { calls: calls / 8, failures: failures / 8, slow: 0, localLag: 0 };
    return { at: i * BUCKET_MS, ms: BUCKET_MS, ...counts };
  });
  return { ...NO_EVIDENCE, windows, buckets };
}

export function recordOf(more: Partial<BreakerRecord> = {}): BreakerRecord {
  return {
    key: 'stripe',
    version: 5,
    state: initialState(0),
    control: { mode: 'auto' },
    policy: DEFAULT_POLICY,
    ...more,
  };
}

function countsOfNode({ id, ...node }: Node): InstanceCounts {
  const buckets = node.failures > 0 ? 8 : 0;
  return { instanceId: id, slow: 0, failingBuckets: buckets, observedBuckets: buckets, ...node };
}

function groupOf(nodes: readonly Node[]): GroupCounts {
  const [first] = nodes;
  return {
    service: first?.service ?? null,
    zone: first?.zone ?? null,
    region: first?.region ?? null,
    calls: sum(nodes, 'calls'),
    failures: sum(nodes, 'failures'),
    slow: 0,
    reporting: nodes.length,
    failing: nodes.filter(isBad).length,
    slowInstances: 0,
    failingBuckets: nodes.some(({ failures }) => failures > 0) ? 8 : 0,
    ...keysOf(nodes),
  };
}

function keysOf(nodes: readonly Node[]): { keys?: KeyCounts[] } {
  const keys = nodes.flatMap(({ keyId, ...node }) =>
    keyId === undefined
      ? []
      : [{ keyId, reporting: 1, failing: isBad({ keyId, ...node }) ? 1 : 0 }],
  );
  return keys.length === 0 ? {} : { keys: sumKeys(keys) };
}

function isBad({ calls, failures }: Node): boolean {
  return isFailingInstance(calls, failures, DEFAULT_POLICY.trip.toleratedRate);
}

function sum(nodes: readonly Node[], field: 'calls' | 'failures'): number {
  return nodes.reduce((total, node) => total + node[field], 0);
}

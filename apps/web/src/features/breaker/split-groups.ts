import type { PartitionKind } from '@recloser/core';
import type { InstanceSplit } from '@recloser/protocol';

export const SPLITS = ['instance', 'zone', 'service'] as const;
export type SplitBy = (typeof SPLITS)[number];

export interface SplitRow {
  readonly id: string;
  readonly name: string;
  readonly note: string;
  readonly ok: number;
  readonly failures: number;
  readonly rejected: number;
}

function nameIn(item: InstanceSplit, by: Exclude<SplitBy, 'instance'>): string {
  return by === 'zone' ? (item.zone ?? 'no zone') : item.service;
}

function rowOf(item: InstanceSplit, seq: number): SplitRow {
  const { instanceId, service, zone, ok, failures, rejected, ackedSeq } = item;
  const parts = [service, zone ?? '', ackedSeq < seq ? 'behind' : ''];
  const note = parts.filter((part) => part !== '').join(' · ');
  return { id: instanceId, name: instanceId, note, ok, failures, rejected };
}

/** Failures first by share, then by count: where the trouble sits is on top. */
function byFailures(a: SplitRow, b: SplitRow): number {
  const rate = ({ ok, failures }: SplitRow) => failures / Math.max(1, ok + failures);
  return rate(b) - rate(a) || b.failures - a.failures || a.name.localeCompare(b.name);
}

/** The counts per instance as they came, or summed by zone or service. `seq` is the breaker's last change. */
export function splitRows(
  items: readonly InstanceSplit[],
  by: SplitBy,
  seq: number,
): readonly SplitRow[] {
  if (by === 'instance') return items.map((item) => rowOf(item, seq));
  const groups = new Map<string, InstanceSplit[]>();
  for (const item of items) {
    const name = nameIn(item, by);
    const members = groups.get(name);
    if (members === undefined) groups.set(name, [item]);
    else members.push(item);
  }
  const sum = (members: readonly InstanceSplit[], field: 'ok' | 'failures' | 'rejected') =>
    members.reduce((total, member) => total + member[field], 0);
  return [...groups]
    .map(([name, members]) => ({
      id: name,
      name,
      note: members.length === 1 ? '1 instance' : `${members.length} instances`,
      ok: sum(members, 'ok'),
      failures: sum(members, 'failures'),
      rejected: sum(members, 'rejected'),
    }))
    .toSorted(byFailures);
}

/** How many of these instances each part of a kind has, by its name; null: they do not tell. */
export function partsOf(
  items: readonly InstanceSplit[],
  kind: PartitionKind,
): ReadonlyMap<string, number> | null {
  if (kind === 'region') return null;
  const sizes = new Map<string, number>();
  for (const { instanceId, service, zone } of items) {
    const name = { instance: instanceId, service, zone }[kind];
    if (name !== null) sizes.set(name, (sizes.get(name) ?? 0) + 1);
  }
  return sizes;
}

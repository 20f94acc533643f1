import { suffixWarning } from '@recloser/core';
import type { ImportPlan, LoadedBreaker, StoredSchedule, StoredSegment } from '@recloser/db';
import type { EnvironmentDocument, ImportItem } from '@recloser/protocol';
import { isDeepStrictEqual } from 'node:util';
import type { PlannedFrom } from './import-steps.js';

/** What an import does, and what it says about it. */
export interface DescribedPlan extends ImportPlan {
  readonly items: readonly ImportItem[];
}

type Change = ImportItem['changes'][number];
type PlannedItem = Readonly<Record<string, unknown>>;

export interface PlanOptions {
  readonly reason: string;
  /** What the document does not name goes, in each section that it has. */
  readonly prune: boolean;
}

interface Planned {
  readonly document: EnvironmentDocument;
  readonly sections: ReadonlySet<string>;
}

/** Compares a document with what there is. What the document does not name is left alone unless it is to be pruned. */
export function planImport(
  planned: Planned,
  stored: PlannedFrom,
  options: PlanOptions,
): DescribedPlan {
  const { document } = planned;
  const { reason } = options;
  const { breakers, segments, schedules } = stored;
  const items = describeAll(planned, stored, options);
  const own = describeSettings(document, stored.settings.correlated);
  return {
    settings: own.length > 0 ? settingsEdit(document, stored.settings, reason) : null,
    newSegments: newOf(document.segments, items.segments, reason),
    segmentEdits: editsOf(document.segments, items.segments, segments, reason),
    newBreakers: newOf(document.breakers, items.breakers, reason),
    breakerEdits: editsOf(document.breakers, items.breakers, breakers, reason),
    newSchedules: newOf(document.schedules, items.schedules, reason).map(
      ({ name, description = '', ...schedule }) => ({
        ...schedule,
        name: name ?? schedule.key,
        description,
      }),
    ),
    scheduleEdits: editsOf(document.schedules, items.schedules, schedules, reason),
    pruned: {
      breakers: keysOf(items.breakers, 'archived'),
      segments: keysOf(items.segments, 'removed'),
      schedules: keysOf(items.schedules, 'removed'),
    },
    reason,
    items: [...own, ...items.segments, ...items.schedules, ...items.breakers],
  };
}

function describeAll(
  { document, sections }: Planned,
  { breakers, segments, schedules, otherBreakers }: PlannedFrom,
  { prune }: PlanOptions,
) {
  const others = (section: string): ImportItem['status'] => {
    if (!prune || !sections.has(section)) return 'only_here';
    return section === 'breakers' ? 'archived' : 'removed';
  };
  return {
    segments: describe('segment', document.segments, segments, {
      settingsOf: settingsOfSegment,
      others: others('segments'),
    }),
    schedules: describe('schedule', document.schedules, schedules, {
      settingsOf: settingsOfSchedule,
      others: others('schedules'),
    }),
    breakers: [
      ...describe('breaker', document.breakers, breakers, {
        settingsOf: settingsOfBreaker,
        others: 'only_here',
      }).map((item) => withWarnings(item, document)),
      ...otherBreakers.map((key) => unnamed('breaker', key, others('breakers'))),
    ],
  };
}

const keysOf = (items: readonly ImportItem[], status: ImportItem['status']): string[] =>
  items.filter((item) => item.status === status).map(({ key }) => key);

type WithKey<Input> = Input & { readonly key: string; readonly reason: string };

function newOf<Input extends object>(
  inputs: ReadonlyMap<string, Input>,
  items: readonly ImportItem[],
  reason: string,
): WithKey<Input>[] {
  const made = new Set(keysOf(items, 'created'));
  return [...inputs]
    .filter(([key]) => made.has(key))
    .map(([key, input]) => ({ ...input, key, reason }));
}

function editsOf<Input extends object>(
  inputs: ReadonlyMap<string, Input>,
  items: readonly ImportItem[],
  stored: readonly { readonly key: string; readonly revision: number }[],
  reason: string,
): (WithKey<Partial<Input>> & { readonly expectedRevision: number })[] {
  const edited = new Set(keysOf(items, 'changed'));
  return stored
    .filter(({ key }) => edited.has(key))
    .map(({ key, revision }) => {
      const input: Partial<Input> = inputs.get(key) ?? {};
      return { ...input, key, expectedRevision: revision, reason };
    });
}

function settingsEdit(
  { settings }: EnvironmentDocument,
  { revision }: PlannedFrom['settings'],
  reason: string,
): ImportPlan['settings'] {
  return { correlated: settings?.correlated ?? {}, expectedRevision: revision, reason };
}

/** The environment's own settings, where the document changes them. */
function describeSettings(
  { settings }: EnvironmentDocument,
  correlated: PlannedFrom['settings']['correlated'],
): ImportItem[] {
  if (settings === undefined) return [];
  const changes = differences('', { correlated }, settings);
  if (changes.length === 0) return [];
  return [{ kind: 'settings', key: 'settings', status: 'changed', changes }];
}

interface Described<Stored> {
  readonly settingsOf: (one: Stored) => PlannedItem;
  /** What becomes of those that the document does not name. */
  readonly others: ImportItem['status'];
}

function describe<Stored extends { readonly key: string }>(
  kind: ImportItem['kind'],
  items: ReadonlyMap<string, PlannedItem>,
  stored: readonly Stored[],
  { settingsOf, others }: Described<Stored>,
): ImportItem[] {
  const known = new Map(stored.map((one) => [one.key, one]));
  const named = [...items].map(([key, input]): ImportItem => {
    const there = known.get(key);
    if (there === undefined) {
      return { kind, key, status: 'created', changes: differences('', {}, input) };
    }
    const changes = differences('', settingsOf(there), input);
    return { kind, key, status: changes.length === 0 ? 'same' : 'changed', changes };
  });
  const rest = stored.filter(({ key }) => !items.has(key));
  return [...named, ...rest.map(({ key }) => unnamed(kind, key, others))];
}

function withWarnings(item: ImportItem, { breakers }: EnvironmentDocument): ImportItem {
  const policy = breakers.get(item.key)?.policy;
  const warning = policy === undefined ? null : suffixWarning(policy.recovery);
  return warning === null ? item : { ...item, warnings: [warning] };
}

function unnamed(kind: ImportItem['kind'], key: string, status: ImportItem['status']): ImportItem {
  return { kind, key, status, changes: [] };
}

function settingsOfSegment({ name, description, clauses }: StoredSegment): PlannedItem {
  return { name, description, clauses };
}

function settingsOfSchedule({ name, description, plan }: StoredSchedule): PlannedItem {
  return { name, description, plan };
}

function settingsOfBreaker({ meta, policy, rules }: LoadedBreaker): PlannedItem {
  const { name, description, owner, tags, cohortKey, group } = meta;
  return { name, description, owner, tags, cohortKey, group, policy, rules };
}

/** Leaf by leaf; of rules, rule by rule. Members that `after` does not have stay as they are. */
function differences(path: string, before: PlannedItem, after: PlannedItem): Change[] {
  return Object.entries(after).flatMap(([name, wanted]): Change[] => {
    const at = path === '' ? name : `${path}.${name}`;
    const present = before[name];
    if (wanted === undefined || isDeepStrictEqual(plain(present), plain(wanted))) return [];
    if (at === 'rules') return ruleDifferences(listOf(present), listOf(wanted));
    if (isRecord(wanted)) return differences(at, isRecord(present) ? present : {}, wanted);
    return [{ path: at, before: present ?? null, after: wanted }];
  });
}

function ruleDifferences(before: readonly unknown[], after: readonly unknown[]): Change[] {
  const idOf = (rule: unknown): string => (isRecord(rule) ? String(rule['id']) : '');
  const ids = [...new Set([...before, ...after].map(idOf))];
  const changes = ids.flatMap((id): Change[] => {
    const [old, wanted] = [before, after].map((list) => list.find((rule) => idOf(rule) === id));
    if (isDeepStrictEqual(plain(old), plain(wanted))) return [];
    return [{ path: `rules.${id}`, before: old ?? null, after: wanted ?? null }];
  });
  if (changes.length > 0) return changes;
  return [{ path: 'rules', before: before.map(idOf), after: after.map(idOf) }];
}

/** What it is once it has been stored: members that are undefined are none. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isRecord(value: unknown): value is PlannedItem {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

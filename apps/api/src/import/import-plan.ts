import { suffixWarning } from '@recloser/core';
import type { ImportPlan, LoadedBreaker, StoredSegment } from '@recloser/db';
import type { EnvironmentDocument, ImportItem } from '@recloser/protocol';
import { isDeepStrictEqual } from 'node:util';
import type { PlannedFrom } from './import-steps.js';

/** What an import does, and what it says about it. */
export interface DescribedPlan extends ImportPlan {
  readonly items: readonly ImportItem[];
}

type Change = ImportItem['changes'][number];
type PlannedItem = Readonly<Record<string, unknown>>;

/** Compares a document with what there is. What the document does not name is left alone. */
export function planImport(
  document: EnvironmentDocument,
  { breakers, segments, settings, otherBreakers }: PlannedFrom,
  reason: string,
): DescribedPlan {
  const segmentItems = describe('segment', document.segments, segments, settingsOfSegment);
  const breakerItems = [
    ...describe('breaker', document.breakers, breakers, settingsOfBreaker),
    ...otherBreakers.map((key) => onlyHere('breaker', key)),
  ];
  const select = (items: readonly ImportItem[], status: ImportItem['status']) =>
    new Set(items.filter((item) => item.status === status).map(({ key }) => key));
  const made = {
    segments: select(segmentItems, 'created'),
    breakers: select(breakerItems, 'created'),
  };
  const edited = {
    segments: select(segmentItems, 'changed'),
    breakers: select(breakerItems, 'changed'),
  };
  const items = { segments: [...document.segments], breakers: [...document.breakers] };
  const own = describeSettings(document, settings.correlated);
  return {
    settings: own.length > 0 ? settingsEdit(document, settings, reason) : null,
    newSegments: items.segments
      .filter(([key]) => made.segments.has(key))
      .map(([key, input]) => ({ ...input, key, reason })),
    segmentEdits: segments
      .filter(({ key }) => edited.segments.has(key))
      .map(({ key, revision }) => ({
        ...document.segments.get(key),
        key,
        expectedRevision: revision,
        reason,
      })),
    newBreakers: items.breakers
      .filter(([key]) => made.breakers.has(key))
      .map(([key, input]) => ({ ...input, key, reason })),
    breakerEdits: breakers
      .filter(({ key }) => edited.breakers.has(key))
      .map(({ key, revision }) => ({
        ...document.breakers.get(key),
        key,
        expectedRevision: revision,
        reason,
      })),
    items: [...own, ...segmentItems, ...breakerItems.map((item) => withWarnings(item, document))],
  };
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

function describe<Stored extends { readonly key: string }>(
  kind: ImportItem['kind'],
  items: ReadonlyMap<string, PlannedItem>,
  stored: readonly Stored[],
  settingsOf: (one: Stored) => PlannedItem,
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
  const others = stored.filter(({ key }) => !items.has(key)).map(({ key }) => onlyHere(kind, key));
  return [...named, ...others];
}

function withWarnings(item: ImportItem, { breakers }: EnvironmentDocument): ImportItem {
  const policy = breakers.get(item.key)?.policy;
  const warning = policy === undefined ? null : suffixWarning(policy.recovery);
  return warning === null ? item : { ...item, warnings: [warning] };
}

function onlyHere(kind: ImportItem['kind'], key: string): ImportItem {
  return { kind, key, status: 'only_here', changes: [] };
}

function settingsOfSegment({ name, description, clauses }: StoredSegment): PlannedItem {
  return { name, description, clauses };
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

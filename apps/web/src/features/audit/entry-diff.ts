import { formatAdmission, isAdmission } from '@recloser/core';

export interface DiffLine {
  readonly path: string;
  /** For people; null: was not there. */
  readonly before: string | null;
  readonly after: string | null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function flatten(value: unknown, path: string, into: Map<string, string>): void {
  if (isRecord(value) && Object.keys(value).length > 0) {
    for (const [name, part] of Object.entries(value)) {
      flatten(part, path === '' ? name : `${path}.${name}`, into);
    }
  } else if (value !== undefined && !(value === null && path === '')) {
    into.set(path === '' ? 'value' : path, tell(path, value));
  }
}

const A_MOMENT = /(?:^|\.)(?:since|until|\w+At)$/;

function admissions(value: unknown): string | null {
  if (isAdmission(value)) return formatAdmission(value);
  return Array.isArray(value) && value.every(isAdmission)
    ? value.map(formatAdmission).join(' → ')
    : null;
}

/** Moments as UTC, admissions as percentages, everything else as JSON. */
function tell(path: string, value: unknown): string {
  if (typeof value === 'number' && value > 0 && A_MOMENT.test(path)) {
    return new Date(value).toISOString();
  }
  const told = /(?:^|\.)(?:admission|exact|ladder)$/.test(path) ? admissions(value) : null;
  return told ?? JSON.stringify(value);
}

/** What an event changed, leaf by leaf, in the order of the `after`. Equal leaves are left out. */
export function diffOf(before: unknown, after: unknown): readonly DiffLine[] {
  const [old, now] = [new Map<string, string>(), new Map<string, string>()];
  flatten(before, '', old);
  flatten(after, '', now);
  return [...new Set([...now.keys(), ...old.keys()])]
    .filter((path) => old.get(path) !== now.get(path))
    .map((path) => ({ path, before: old.get(path) ?? null, after: now.get(path) ?? null }));
}

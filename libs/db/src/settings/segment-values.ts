import type { AttributeValue, Clause, SegmentEdit } from '@recloser/core';
import { LIMITS } from '@recloser/protocol';
import { createHash } from 'node:crypto';
import type { StoredSegment } from './segment-rows.js';

/** The clauses after these edits: values that are there already come once, and those that are not there go unnoticed. */
export function applyEdits(
  clauses: readonly Clause[],
  edits: readonly SegmentEdit[],
): readonly Clause[] {
  if (edits.length === 0) return clauses;
  const after = [...clauses];
  for (const { clause: at, add = [], remove = [] } of edits) {
    const clause = after[at];
    if (clause === undefined) continue;
    const gone = new Set(remove.map(String));
    const values = clause.values.filter((value) => !gone.has(String(value)));
    after[at] = { ...clause, values: values.concat(missingIn(values, add)) };
  }
  return after;
}

/** Those of `add` that are not among the values, each once. */
function missingIn(
  values: readonly AttributeValue[],
  add: readonly AttributeValue[],
): AttributeValue[] {
  const missing = new Map(add.map((value) => [String(value), value]));
  for (const value of values) missing.delete(String(value));
  return [...missing.values()];
}

type Audited = Pick<StoredSegment, 'key' | 'name' | 'description' | 'clauses' | 'revision'>;

/**
 * What the audit log keeps of a segment. Of a long list it keeps the first values, how many there are and a digest of all
 * (SHA-256 of the values as JSON), and of an edit what came and went.
 */
export function auditedSegment(
  { key, name, description, clauses, revision }: Audited,
  edits: readonly SegmentEdit[] = [],
): Record<string, unknown> {
  const kept = clauses.map((clause) => ({ ...clause, ...keptOf(clause.values) }));
  const changes = edits.map(({ clause, add = [], remove = [] }) => ({
    clause,
    added: keptOf(add),
    removed: keptOf(remove),
  }));
  return {
    key,
    name,
    description,
    clauses: kept,
    revision,
    ...(changes.length > 0 && { changes }),
  };
}

function keptOf(values: readonly AttributeValue[]): Record<string, unknown> {
  const most = LIMITS.valuesInList;
  if (values.length <= most) return { values };
  const sha256 = createHash('sha256').update(JSON.stringify(values)).digest('hex');
  return { values: values.slice(0, most), count: values.length, sha256 };
}

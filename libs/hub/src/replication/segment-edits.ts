import type { AttributeValue, Clause, Segment, SegmentEdit } from '@recloser/core';
import { setImmediate } from 'node:timers/promises';

/** More changed values are sent with the whole segment. */
const MOST_CHANGED = 5_000;
/** Values looked at in a row: about a millisecond. */
const SLICE = 2_000;

/**
 * What makes one content of a segment the other; null: more than its lists has changed, or so much that it is sent whole.
 * Gives way to other work every few thousand values.
 */
export async function segmentEdits(
  before: Segment,
  after: Segment,
): Promise<readonly SegmentEdit[] | null> {
  if (before.clauses.length !== after.clauses.length) return null;
  const edits: SegmentEdit[] = [];
  for (const [at, clause] of after.clauses.entries()) {
    const old = before.clauses[at];
    if (old === undefined || !isSameQuestion(old, clause)) return null;
    const add = await missingIn(old.values, clause.values);
    const remove = await missingIn(clause.values, old.values);
    if (add === null || remove === null) return null;
    if (add.length === 0 && remove.length === 0) continue;
    // Only lists can be edited in place, and where two values may be one, a removal says too little.
    if (clause.operator !== 'in' || clause.ignoreCase === true) return null;
    edits.push({ clause: at, add, remove });
  }
  return edits;
}

function isSameQuestion(a: Clause, b: Clause): boolean {
  const text = (clause: Clause) => JSON.stringify({ ...clause, values: [] });
  return text(a) === text(b);
}

/** The wanted values that are not among those that there are; null: too many. */
async function missingIn(
  values: readonly AttributeValue[],
  wanted: readonly AttributeValue[],
): Promise<AttributeValue[] | null> {
  if (values === wanted) return [];
  // By text, as lists compare.
  const there = new Set<string>();
  for (let at = 0; at < values.length; at += SLICE) {
    for (const value of values.slice(at, at + SLICE)) there.add(String(value));
    if (values.length > SLICE) await setImmediate();
  }
  const missing: AttributeValue[] = [];
  for (let at = 0; at < wanted.length; at += SLICE) {
    for (const value of wanted.slice(at, at + SLICE)) {
      if (!there.has(String(value))) missing.push(value);
    }
    if (missing.length > MOST_CHANGED) return null;
    if (wanted.length > SLICE) await setImmediate();
  }
  return missing;
}

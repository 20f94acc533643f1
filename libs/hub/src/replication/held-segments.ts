import { type BreakerView, type Segment, type SegmentEdit, segmentsNamedBy } from '@recloser/core';
import type { SegmentContent } from '../ports.js';

/** Edits of one segment that are kept, and the values in them: whoever missed more gets the segment whole. */
const MOST_EDITS = 32;
const MOST_EDITED = 5_000;

interface KeptEdits {
  readonly seq: number;
  readonly edits: readonly SegmentEdit[];
}

interface HeldSegment {
  readonly segment: Segment;
  /** When it got this content. */
  readonly seq: number;
  /** When it first stood here; from then on `edits` tell all that has changed. */
  readonly begin: number;
  readonly edits: readonly KeptEdits[];
}

/** A segment as a receiver needs it: whole, or what has changed of it. */
export type SegmentNews =
  | { readonly segment: Segment; readonly edits: null }
  | { readonly segment: Segment; readonly edits: readonly SegmentEdit[] };

/** Every segment that a rule of the environment names, once, with its last edits. */
export class HeldSegments {
  readonly #held = new Map<string, HeldSegment>();
  readonly #uses = new Map<string, number>();

  find(key: string): Segment | undefined {
    return this.#held.get(key)?.segment;
  }

  /** Forgets everything; contents are kept for those that are still named when `settle` is called. */
  restart(): void {
    this.#uses.clear();
  }

  /** Counts the segments that a view names, and takes the contents that came with it or are given. */
  learn(view: BreakerView, given: ReadonlyMap<string, SegmentContent>, seq: number): void {
    for (const key of segmentsNamedBy(view.rules)) {
      this.#uses.set(key, (this.#uses.get(key) ?? 0) + 1);
      const content = given.get(key);
      if (content !== undefined) this.#put(content, seq);
    }
    for (const segment of view.segments ?? []) {
      // Without clauses it is a reference alone.
      if (segment.clauses.length > 0 && !given.has(segment.key)) {
        this.#put({ segment, edits: null }, seq);
      }
    }
  }

  /** Counts a view no longer. */
  leave(view: BreakerView | undefined): void {
    if (view === undefined) return;
    for (const key of segmentsNamedBy(view.rules)) {
      this.#uses.set(key, (this.#uses.get(key) ?? 0) - 1);
    }
  }

  /** Forgets those that nobody names any more. */
  settle(): void {
    for (const [key, uses] of this.#uses) if (uses <= 0) this.#uses.delete(key);
    for (const key of this.#held.keys()) if (!this.#uses.has(key)) this.#held.delete(key);
  }

  /** All of them, whole. */
  all(): SegmentNews[] {
    return Array.from(this.#held.values(), ({ segment }) => ({ segment, edits: null }));
  }

  /** What has changed after `seq`. */
  since(seq: number): SegmentNews[] {
    return Array.from(this.#held.values())
      .filter((held) => held.seq > seq)
      .map((held) => ({ segment: held.segment, edits: editsSince(held, seq) }));
  }

  #put({ segment, edits }: SegmentContent, seq: number): void {
    const before = this.#held.get(segment.key);
    if (before !== undefined && isSame(before.segment, segment)) return;
    const kept = edits !== null && before ? [...before.edits, { seq, edits }] : null;
    const fits = kept !== null && kept.length <= MOST_EDITS && countOf(kept) <= MOST_EDITED;
    this.#held.set(segment.key, {
      segment,
      seq,
      begin: fits && before ? before.begin : seq,
      edits: fits ? kept : [],
    });
  }
}

function editsSince({ begin, edits }: HeldSegment, seq: number): readonly SegmentEdit[] | null {
  if (seq < begin) return null;
  return edits.filter((kept) => kept.seq > seq).flatMap((kept) => kept.edits);
}

function countOf(kept: readonly KeptEdits[]): number {
  return kept
    .flatMap(({ edits }) => edits)
    .reduce((sum, { add = [], remove = [] }) => sum + add.length + remove.length, 0);
}

function isSame(a: Segment, b: Segment): boolean {
  if (a.digest !== undefined || b.digest !== undefined) return a.digest === b.digest;
  return a.clauses === b.clauses || JSON.stringify(a.clauses) === JSON.stringify(b.clauses);
}

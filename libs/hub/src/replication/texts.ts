import { type Segment, type SegmentEdit, segmentsNamedBy } from '@recloser/core';
import type { SegmentPieceInfo } from '@recloser/protocol';
import type { SegmentNews } from './held-segments.js';
import { type HeldView, serializableView } from './serialize.js';

/** Characters of a chunk: about a millisecond of work to make, and to read. */
const CHUNK_LENGTH = 64 * 1024;
/** Values of one segment in one piece. */
const SLICE = 1_000;
/** Values of segments that SDKs of before "parts" get with each breaker: as many as there could be then. */
const INLINE_VALUES = 20_000;

/** What a `full` or `delta` says: text around a list of breakers, and the segments that their rules name. */
export interface StateContent {
  readonly head: string;
  readonly tail: string;
  readonly views: readonly HeldView[];
  readonly segments: readonly SegmentNews[];
  readonly find: (key: string) => Segment | undefined;
  readonly now: number;
}

/** The messages for SDKs that know parts: segments first, each once, then breakers; the last one puts all in force. */
export function* messagesOf({
  head,
  tail,
  views,
  segments,
  now,
}: StateContent): Generator<string, undefined> {
  let packed = new Packed();
  for (const piece of segments.flatMap((news) => [...piecesOf(news)])) {
    packed.add(JSON.stringify(piece()));
    if (!packed.isFull) continue;
    yield `{"t":"part","segments":[${packed.text}]}`;
    packed = new Packed();
  }
  if (packed.text !== '') yield `{"t":"part","segments":[${packed.text}]}`;
  packed = new Packed();
  for (const held of views) {
    if (packed.isFull) {
      yield `{"t":"part","breakers":[${packed.text}]}`;
      packed = new Packed();
    }
    packed.add(JSON.stringify(serializableView(held, now)));
  }
  yield head + packed.text + tail;
  return undefined;
}

/** Fragments of one message, for SDKs of before: each breaker with the segments that its rules name. */
export function* fragmentsOf({
  head,
  tail,
  views,
  find,
  now,
}: StateContent): Generator<string, undefined> {
  const written = new Map<string, string>();
  const segmentText = (segment: Segment): string => {
    const { key, clauses } = segment;
    const text = written.get(key) ?? JSON.stringify({ key, clauses });
    written.set(key, text);
    return text;
  };
  let text = head;
  let separator = '';
  for (const held of views) {
    if (text.length >= CHUNK_LENGTH) {
      yield text;
      text = '';
    }
    const view = JSON.stringify(serializableView(held, now));
    const inline = inlineSegments(held, find).map(segmentText).join(',');
    text += separator + (inline === '' ? view : `${view.slice(0, -1)},"segments":[${inline}]}`);
    separator = ',';
  }
  yield text + tail;
  return undefined;
}

class Packed {
  text = '';

  get isFull(): boolean {
    return this.text.length >= CHUNK_LENGTH;
  }

  add(item: string): void {
    this.text += this.text === '' ? item : `,${item}`;
  }
}

/** Makers of pieces, so that a long list is written slice by slice. */
function* piecesOf({ segment, edits }: SegmentNews): Generator<() => SegmentPieceInfo> {
  const { key } = segment;
  if (edits !== null) {
    for (const edit of edits.flatMap(slicesOf)) yield () => ({ key, ...edit });
    return;
  }
  yield () => ({
    key,
    clauses: segment.clauses.map((clause) => ({
      ...clause,
      values: clause.operator === 'in' ? clause.values.slice(0, SLICE) : [...clause.values],
    })),
  });
  for (const [clause, { operator, values }] of segment.clauses.entries()) {
    for (let at = SLICE; operator === 'in' && at < values.length; at += SLICE) {
      yield () => ({ key, clause, add: values.slice(at, at + SLICE) });
    }
  }
}

function slicesOf({ clause, add = [], remove = [] }: SegmentEdit) {
  const count = Math.ceil(Math.max(add.length, remove.length) / SLICE);
  return Array.from({ length: count }, (_, index) => {
    const [from, to] = [index * SLICE, (index + 1) * SLICE];
    return { clause, add: add.slice(from, to), remove: remove.slice(from, to) };
  });
}

/** The smallest first, as long as they fit: what is left out matches nobody there. */
function inlineSegments(
  { view }: HeldView,
  find: (key: string) => Segment | undefined,
): readonly Segment[] {
  let left = INLINE_VALUES;
  const sized = segmentsNamedBy(view.rules)
    .flatMap((key) => find(key) ?? [])
    .map((segment) => ({ segment, size: sizeOf(segment) }))
    .sort((a, b) => a.size - b.size);
  const fitting = sized.filter(({ size }) => (left -= size) >= 0);
  return fitting.map(({ segment }) => segment);
}

const sizeOf = ({ clauses }: Segment): number =>
  clauses.reduce((sum, { values }) => sum + values.length, 0);

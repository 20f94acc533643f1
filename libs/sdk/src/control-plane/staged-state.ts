import { type BreakerView, type SegmentBook, segmentsNamedBy } from '@recloser/core';
import { type PartFrame } from '@recloser/protocol';

/** A server that sends parts without end must not fill the memory. */
const MOST_CHARACTERS = 256 * 1024 * 1024;

/** A state on its way: what has come of it is put aside until the frame that puts it in force. */
export class StagedState {
  readonly #book: SegmentBook;
  #views: BreakerView[] = [];
  #characters = 0;
  readonly #taken = new Set<string>();

  constructor(book: SegmentBook) {
    this.#book = book;
  }

  /** Puts a part aside. False when it belongs to nothing that is known. */
  take({ segments = [], breakers = [] }: PartFrame, length: number): boolean {
    this.#characters += length;
    this.#views.push(...breakers);
    return segments.every((piece) => this.#book.take(piece)) && this.#characters <= MOST_CHARACTERS;
  }

  /**
   * Puts the segments in force, and returns all breakers that came: those of the parts and of the frame that ends them.
   * The caller puts them in force in the same moment.
   */
  complete(last: readonly BreakerView[], whole: boolean): readonly BreakerView[] {
    const views = [...this.#views, ...last].map((view) => this.#withoutSegments(view));
    this.#taken.clear();
    this.#book.apply(whole);
    this.discard();
    return views;
  }

  /** Forgets the segments that no rule of these names. */
  keepNamed(views: Iterable<BreakerView>): void {
    if (this.#book.size === 0) return;
    const named = new Set<string>();
    for (const { rules } of views) {
      if (rules.length > 0) for (const key of segmentsNamedBy(rules)) named.add(key);
    }
    this.#book.keep((key) => named.has(key));
  }

  discard(): void {
    this.#views = [];
    this.#characters = 0;
    this.#book.discard();
  }

  /** An older server sends segments with each breaker: the first of each is taken, and all are one. */
  #withoutSegments(view: BreakerView): BreakerView {
    if (view.segments === undefined) return view;
    const { segments, ...rest } = view;
    for (const { key, clauses } of segments) {
      if (!this.#taken.has(key)) this.#book.take({ key, clauses });
      this.#taken.add(key);
    }
    return rest;
  }
}

import { type BreakerView, type Clause, OPERATORS } from '@recloser/core';
import { type PartFrame } from '@recloser/protocol';
import { type OnError } from '../errors.js';

const KNOWN: ReadonlySet<string> = new Set(OPERATORS);
/** A server that names new ones without end must not fill the memory. */
const MOST_TOLD = 20;

/** Tells, once for each, which operators of rules this version of the SDK does not know: their clauses match nobody. */
export class OperatorWatch {
  readonly #onError: OnError;
  readonly #told = new Set<string>();

  constructor(onError: OnError) {
    this.#onError = onError;
  }

  look(views: readonly BreakerView[]): void {
    for (const { key, rules, segments = [] } of views) {
      for (const { clauses } of rules) this.#lookAt(clauses, `A rule of breaker "${key}"`);
      for (const { clauses } of segments) this.#lookAt(clauses, `A rule of breaker "${key}"`);
    }
  }

  lookAtPieces(pieces: PartFrame['segments'] = []): void {
    for (const piece of pieces) {
      if ('clauses' in piece) this.#lookAt(piece.clauses, `Segment "${piece.key}"`);
    }
  }

  #lookAt(clauses: readonly Clause[], what: string): void {
    for (const { operator } of clauses) {
      if (KNOWN.has(operator) || this.#told.has(operator) || this.#told.size >= MOST_TOLD) continue;
      this.#told.add(operator);
      this.#onError(
        'unknown_operator',
        `${what} asks "${operator.slice(0, 60)}", which this version of the SDK does not know, and matches nobody here: update it`,
      );
    }
  }
}

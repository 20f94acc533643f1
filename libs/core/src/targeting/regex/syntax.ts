import type { CharSet } from './char-set.js';

export type Assertion = 'start' | 'end' | 'boundary' | 'no_boundary';

/** A pattern as a tree. */
export type Node =
  | { readonly kind: 'char'; readonly set: CharSet }
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'either'; readonly options: readonly Node[] }
  | {
      readonly kind: 'repeat';
      readonly body: Node;
      readonly min: number;
      /** Infinity: without a bound. */
      readonly max: number;
    };

/** Why a pattern cannot be used, and where: `position` counts UTF-16 units from 0. */
export class PatternError extends Error {
  readonly position: number;

  constructor(position: number, message: string) {
    super(message);
    this.position = position;
  }
}

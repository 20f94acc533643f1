/** What a person has done in the palette before its code was there. */
export interface TypedAhead {
  readonly text: string;
  /** Enter came after the last letter. */
  readonly entered: boolean;
}

export const NOTHING_TYPED: TypedAhead = { text: '', entered: false };

/** What is selected in a field, from and to; the same twice for a mere caret. */
export type Caret = readonly [number, number];

import type { Admission } from './units.js';

/** Who is let in whatever the state: the vocabulary of rules and segments. */

export const OPERATORS = [
  'in',
  'contains',
  'starts_with',
  'ends_with',
  'lt',
  'lte',
  'gt',
  'gte',
  'semver_eq',
  'semver_lt',
  'semver_lte',
  'semver_gt',
  'semver_gte',
  'exists',
  'matches',
  'before',
  'after',
  'in_cidr',
  'in_segment',
] as const;
export type Operator = (typeof OPERATORS)[number];

export type AttributeValue = string | number | boolean;
/** What a call is for. `accountId` is the default cohort key. */
export type Context = Readonly<Record<string, AttributeValue | undefined>>;

export interface Clause {
  /** For `in_segment`, which asks about the whole context, always `SEGMENT_ATTRIBUTE`. */
  readonly attribute: string;
  readonly operator: Operator;
  /** OR-ed. Empty for `exists`; keys of segments for `in_segment`. */
  readonly values: readonly AttributeValue[];
  readonly negate?: boolean;
  readonly ignoreCase?: boolean;
}

export const SEGMENT_ATTRIBUTE = 'segment';

/** A named group of contexts, for use in rules: those that match all its clauses. */
export interface Segment {
  readonly key: string;
  /** Never with `in_segment`: segments are not nested. */
  readonly clauses: readonly Clause[];
  /** Names its content, for those who keep it once and have views name it; absent: the clauses are the content. */
  readonly digest?: string;
}

/** Changes the values of one clause of a segment. */
export interface SegmentEdit {
  /** Place in the segment's clauses. */
  readonly clause: number;
  readonly add?: readonly AttributeValue[];
  readonly remove?: readonly AttributeValue[];
}

export type RuleEffect =
  | { readonly kind: 'admit' }
  | { readonly kind: 'reject' }
  | { readonly kind: 'admission'; readonly admission: Admission };

/** Ordered; the first whose clauses all match wins and overrides the breaker's admission. */
export interface Rule {
  readonly id: string;
  readonly description?: string;
  readonly when: 'always' | 'not_closed';
  readonly clauses: readonly Clause[];
  readonly effect: RuleEffect;
}

import { foldCase } from './regex/case-folding.js';
import { cidrOf, inCidrs } from './cidr.js';
import { instantOf } from './instant.js';
import type { AttributeValue, Operator } from '../model/rules.js';
import { compareSemver, isSemver } from './semver.js';

/** Whether a present attribute matches; null: the two cannot be compared, which is no match, negated or not. */
export type Matcher = (value: AttributeValue) => boolean | null;

/** Says whether a text holds the pattern; null: that would take too long to say. */
export interface PreparedPattern {
  test(text: string): boolean | null;
}

/** Prepares a pattern; null for one that cannot be used. A parameter, so that programs without patterns need not load it. */
export type CompilePattern = (pattern: string, anyCase: boolean) => PreparedPattern | null;

/** What compares one attribute with the values of a clause. Prepared once; asking allocates little or nothing. */
export function matcherOf(
  operator: Operator,
  values: readonly AttributeValue[],
  ignoreCase: boolean,
  compile: CompilePattern,
): Matcher {
  switch (operator) {
    case 'in':
      return oneOf(values, ignoreCase);
    case 'contains':
      return text(values, ignoreCase, (value, part) => value.includes(part));
    case 'starts_with':
      return text(values, ignoreCase, (value, part) => value.startsWith(part));
    case 'ends_with':
      return text(values, ignoreCase, (value, part) => value.endsWith(part));
    case 'lt':
      return compared(values, numberOf, (value, bound) => value < bound);
    case 'lte':
      return compared(values, numberOf, (value, bound) => value <= bound);
    case 'gt':
      return compared(values, numberOf, (value, bound) => value > bound);
    case 'gte':
      return compared(values, numberOf, (value, bound) => value >= bound);
    case 'semver_eq':
      return semver(values, (order) => order === 0);
    case 'semver_lt':
      return semver(values, (order) => order < 0);
    case 'semver_lte':
      return semver(values, (order) => order <= 0);
    case 'semver_gt':
      return semver(values, (order) => order > 0);
    case 'semver_gte':
      return semver(values, (order) => order >= 0);
    case 'matches':
      return pattern(values, ignoreCase, compile);
    case 'before':
      return compared(values, instantOf, (value, bound) => value < bound);
    case 'after':
      return compared(values, instantOf, (value, bound) => value > bound);
    case 'in_cidr':
      return address(values);
    case 'exists':
    case 'in_segment':
    default:
      // The first two ask for no value; one of a newer version nobody can explain, so it matches nobody.
      return () => null;
  }
}

/** Equal as text, so that 42 typed into a form meets 42 sent by code. */
function oneOf(values: readonly AttributeValue[], ignoreCase: boolean): Matcher {
  return memberOf(new Set(values.map((value) => fold(value, ignoreCase))), ignoreCase);
}

/** In a set of folded values, which may change between two questions. */
export function memberOf(wanted: ReadonlySet<string>, ignoreCase: boolean): Matcher {
  return (value) => wanted.has(fold(value, ignoreCase));
}

function text(
  values: readonly AttributeValue[],
  ignoreCase: boolean,
  test: (value: string, part: string) => boolean,
): Matcher {
  const parts = values.map((value) => fold(value, ignoreCase));
  return (value) => {
    const folded = fold(value, ignoreCase);
    for (const part of parts) if (test(folded, part)) return true;
    return false;
  };
}

function compared(
  values: readonly AttributeValue[],
  read: (value: AttributeValue) => number | null,
  test: (value: number, bound: number) => boolean,
): Matcher {
  const bounds = values.map(read).filter((bound) => bound !== null);
  return (value) => {
    const number = read(value);
    if (number === null || bounds.length === 0) return null;
    for (const bound of bounds) if (test(number, bound)) return true;
    return false;
  };
}

function semver(values: readonly AttributeValue[], test: (order: number) => boolean): Matcher {
  const bounds = values.filter((bound) => typeof bound === 'string').filter(isSemver);
  return (value) => {
    if (typeof value !== 'string' || bounds.length === 0 || !isSemver(value)) return null;
    for (const bound of bounds) if (test(compareSemver(value, bound))) return true;
    return false;
  };
}

/** A pattern that cannot be used (of a newer version, perhaps) leaves nothing to be said of any value. */
function pattern(
  values: readonly AttributeValue[],
  ignoreCase: boolean,
  compile: CompilePattern,
): Matcher {
  const compiled = values.map((value) => compile(String(value), ignoreCase));
  const usable = compiled.filter((regex) => regex !== null);
  return (value) => {
    const asText = typeof value === 'string' ? value : String(value);
    let answer = usable.length < compiled.length || usable.length === 0 ? null : false;
    for (const regex of usable) {
      const found = regex.test(asText);
      if (found === true) return true;
      if (found === null) answer = null;
    }
    return answer;
  };
}

function address(values: readonly AttributeValue[]): Matcher {
  const blocks = values.map((value) => cidrOf(String(value))).filter((block) => block !== null);
  return (value) =>
    typeof value !== 'string' || blocks.length === 0 ? null : inCidrs(value, blocks);
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A finite number, given as such or as a decimal string; null for anything else. */
export function numberOf(value: AttributeValue): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || !DECIMAL.test(value)) return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** A value as it is compared: as text, in small letters where case is ignored. */
export function fold(value: AttributeValue, ignoreCase: boolean): string {
  const asText = typeof value === 'string' ? value : String(value);
  return ignoreCase ? foldCase(asText) : asText;
}

import { type Clause, type Rule, validateRules } from '@recloser/core';

export type ParsedRules =
  | { readonly ok: true; readonly rules: readonly Rule[] }
  | { readonly ok: false; readonly message: string };

/** Rules from JSON that a person wrote; the first thing that is wrong, otherwise. */
export function parseRules(text: string): ParsedRules {
  try {
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value)) return { ok: false, message: 'Give a list of rules: [ … ].' };
    const odd = value.findIndex((item) => !looksLikeRule(item));
    if (odd !== -1) {
      return {
        ok: false,
        message: `Rule ${odd + 1} needs id, when ("always" or "not_closed"), clauses and effect.`,
      };
    }
    const rules = value as Rule[];
    const [problem] = validateRules(rules);
    return problem === undefined
      ? { ok: true, rules }
      : { ok: false, message: `${problem.path}: ${problem.message}` };
  } catch (error) {
    return {
      ok: false,
      message: error instanceof Error ? error.message : 'This is not valid JSON.',
    };
  }
}

function looksLikeRule(item: unknown): boolean {
  if (typeof item !== 'object' || item === null) return false;
  const { id, when, clauses, effect } = item as Partial<Record<keyof Rule, unknown>>;
  return (
    typeof id === 'string' &&
    (when === 'always' || when === 'not_closed') &&
    Array.isArray(clauses) &&
    clauses.every(looksLikeClause) &&
    typeof effect === 'object' &&
    effect !== null &&
    'kind' in effect &&
    ['admit', 'reject', 'admission'].includes(String(effect.kind))
  );
}

function looksLikeClause(item: unknown): boolean {
  if (typeof item !== 'object' || item === null) return false;
  const { attribute, operator, values } = item as Partial<Record<keyof Clause, unknown>>;
  return typeof attribute === 'string' && typeof operator === 'string' && Array.isArray(values);
}

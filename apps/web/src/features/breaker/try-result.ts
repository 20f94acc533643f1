import {
  type AttributeValue,
  formatAdmission,
  PRIORITY_ATTRIBUTE,
  type Trial,
} from '@recloser/core';
import type { TryResult } from '@recloser/protocol';
import { textOf } from '@/lib/form';

/** What the server answers, or the console finds out by itself. */
export type Tried = Omit<TryResult, 'rules' | 'seq'> & Pick<Trial, 'rules'>;

export type TypedContext =
  | {
      readonly problem: null;
      readonly who: string;
      readonly context: Readonly<Record<string, AttributeValue>>;
    }
  | { readonly problem: string };

/** The context that a form of `TryFields` stands for. */
export function contextIn(form: FormData, cohortKey: string): TypedContext {
  const who = textOf(form, 'account');
  const priority = textOf(form, PRIORITY_ATTRIBUTE);
  const attributes = parseAttributes(textOf(form, 'attributes'));
  if (attributes === null) {
    return { problem: 'Write attributes as name=value, separated by commas.' };
  }
  return {
    problem: null,
    who,
    context: {
      ...attributes,
      // Chosen to be the usual one, it says nothing: attributes may still name another.
      ...(priority !== '' && priority !== 'default' && { [PRIORITY_ATTRIBUTE]: priority }),
      ...(who !== '' && { [cohortKey]: who }),
    },
  };
}

/** "plan=pro, region=eu" as attributes; numbers and booleans as such. null when a part has no "=". */
export function parseAttributes(text: string): Record<string, AttributeValue> | null {
  const attributes: Record<string, AttributeValue> = {};
  for (const part of text.split(',')) {
    if (part.trim() === '') continue;
    const [name = '', ...rest] = part.split('=');
    if (name.trim() === '' || rest.length === 0) return null;
    attributes[name.trim()] = typed(rest.join('=').trim());
  }
  return attributes;
}

function typed(value: string): AttributeValue {
  if (value === 'true' || value === 'false') return value === 'true';
  return value !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
}

/** Why, in one sentence: which rule said so, or how the account's place compares with the admission. */
export function explainTry(result: Tried): string {
  if (result.ruleId !== undefined) return `Rule “${result.ruleId}” decides.`;
  switch (result.reason) {
    case 'closed':
      return 'The breaker is closed: everyone is admitted.';
    case 'observe':
      return 'The breaker only observes: everyone is admitted.';
    case 'open':
      return 'The breaker is open: nobody is admitted.';
    case 'probe':
      return 'The breaker is probing: only a few calls for the whole fleet pass.';
    default:
      break;
  }
  if (result.bucketPercent === null) return 'Without a cohort key a call is sampled at random.';
  const place = `${result.bucketPercent.toFixed(2)}%`;
  const admission = formatAdmission(result.admission);
  return result.admitted
    ? `Its place, ${place}, lies below the admission of ${admission}.`
    : `Its place, ${place}, lies above the admission of ${admission}. It is let in from there on.`;
}

import { formatAdmission } from '@recloser/core';
import type { TryResult } from '@recloser/protocol';

/** "plan=pro, region=eu" as attributes; numbers and booleans as such. null when a part has no "=". */
export function parseAttributes(text: string): Record<string, string | number | boolean> | null {
  const attributes: Record<string, string | number | boolean> = {};
  for (const part of text.split(',')) {
    if (part.trim() === '') continue;
    const [name = '', ...rest] = part.split('=');
    if (name.trim() === '' || rest.length === 0) return null;
    attributes[name.trim()] = typed(rest.join('=').trim());
  }
  return attributes;
}

function typed(value: string): string | number | boolean {
  if (value === 'true' || value === 'false') return value === 'true';
  return value !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
}

/** Why, in one sentence: which rule said so, or how the account's place compares with the admission. */
export function explainTry(result: TryResult): string {
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
  const place = `${result.bucketPercent.toFixed(2)} %`;
  const admission = formatAdmission(result.admission);
  return result.admitted
    ? `Its place, ${place}, lies below the admission of ${admission}.`
    : `Its place, ${place}, lies above the admission of ${admission}. It is let in from there on.`;
}

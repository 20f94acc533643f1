import { validatePolicy, validateRules, type Policy, type Rule } from '@recloser/core';
import { RecloserError, type ErrorCode } from '@recloser/protocol';

interface Settings {
  readonly policy?: Policy | undefined;
  readonly rules?: readonly Rule[] | undefined;
}

/** Ranges and relations that a shape cannot say. @throws RecloserError invalid_policy, invalid_rules */
export function checkSettings({ policy, rules }: Settings): void {
  if (policy !== undefined) refuse('invalid_policy', validatePolicy(policy));
  if (rules !== undefined) refuse('invalid_rules', validateRules(rules));
}

function refuse(
  code: ErrorCode,
  problems: readonly { readonly path: string; readonly message: string }[],
): void {
  const first = problems[0];
  if (first) throw new RecloserError(code, `${first.path}: ${first.message}`, { problems });
}

import type { AuditEntry } from '@recloser/protocol';
import { actionWord } from '@/lib/vocabulary';

/** What a person did, as the verb of a sentence; the breaker's key follows. */
const VERBS: Readonly<Record<string, string>> = {
  'breaker.create': 'created',
  'breaker.edit': 'edited',
  'breaker.archive': 'archived',
  'breaker.trip': 'opened',
  'breaker.restore': 'began to restore',
  'breaker.mode': 'changed the mode of',
  'mode.set': 'changed the mode of',
  'policy.edit': 'edited the policy of',
  'rules.edit': 'edited the rules of',
  'ramp.start': 'started the ramp of',
  'ramp.hold': 'held the ramp of',
  'ramp.resume': 'resumed the ramp of',
  'ramp.next': 'took the next step of',
  'ramp.back': 'took a step back for',
  'ramp.set': 'set the admission of',
  'ramp.abort': 'aborted the recovery of',
  'ramp.finish': 'let all traffic through to',
};

export interface Sentence {
  /** Who did it; '' where the event speaks for itself. */
  readonly who: string;
  readonly verb: string;
  /** '' for what is about no breaker. */
  readonly breaker: string;
  /** The reason given, or the evidence in words; ''. */
  readonly why: string;
}

/** An event as a sentence: "Ada opened stripe", "stripe: Fast window tripped". */
export function sentenceOf({ action, actor, breaker, reason, evidence }: AuditEntry): Sentence {
  const why = reason === '' ? (evidence?.summary ?? '') : `“${reason}”`;
  const verb = breaker === null ? undefined : VERBS[action];
  if (verb !== undefined) return { who: actor.name, verb, breaker: breaker ?? '', why };
  const who = actor.kind === 'user' ? actor.name : '';
  return { who, verb: actionWord(action), breaker: breaker ?? '', why };
}

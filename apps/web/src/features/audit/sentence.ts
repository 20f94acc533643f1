import { partitionName } from '@recloser/core';
import type { AuditEntry } from '@recloser/protocol';
import { actionWord } from '@/lib/vocabulary';
import { isByHand } from './by-hand';
import { field } from './entry-state';

/** What a person did, as the verb of a sentence; the breaker's key follows. */
const VERBS: Readonly<Record<string, string>> = {
  'breaker.create': 'created',
  'breaker.edit': 'edited',
  'breaker.archive': 'archived',
  'breaker.trip': 'opened',
  'breaker.restore': 'began to restore',
  'breaker.dim': 'dimmed',
  'breaker.mode': 'changed the mode of',
  'mode.set': 'changed the mode of',
  'policy.edit': 'edited the policy of',
  'timeout.learned': 'learned the timeout of',
  'rules.edit': 'edited the rules of',
  'trigger.open': 'opened',
  'trigger.dim': 'dimmed',
  'trigger.hold': 'held',
  'ramp.start': 'started the ramp of',
  'ramp.hold': 'paused the ramp of',
  'ramp.resume': 'resumed the ramp of',
  'ramp.next': 'took the next step of',
  'ramp.back': 'took a step back for',
  'ramp.set': 'set the admission of',
  'ramp.abort': 'aborted the recovery of',
  'ramp.finish': 'let all traffic through to',
};

/** The same for what is no breaker; its name follows. */
const OTHER_VERBS: Readonly<Record<string, string>> = {
  'schedule.create': 'created the schedule',
  'schedule.edit': 'edited the schedule',
  'schedule.remove': 'removed the schedule',
  'segment.create': 'created the segment',
  'segment.edit': 'edited the segment',
  'segment.remove': 'removed the segment',
  'channel.create': 'set up the notifications to',
  'channel.edit': 'edited the notifications to',
  'channel.rotate': 'changed the signing secret of the notifications to',
  'channel.stop': 'stopped the notifications to',
  'channel.remove': 'removed the notifications to',
  'key.create': 'created the SDK key',
  'key.revoke': 'revoked the SDK key',
  'token.create': 'created the API token',
  'token.revoke': 'revoked the API token',
  'trigger.create': 'created the trigger',
  'trigger.revoke': 'revoked the trigger',
  'auth.signed_in': 'signed in',
  'auth.refused': 'was refused at sign-in',
  'person.create': 'added',
  'auth.change_refused': 'gave a wrong password to change it',
  'auth.changed_password': 'changed their own password',
  'person.remove': 'removed',
  'person.set_role': 'changed the role of',
  'person.renew_password': 'gave a new password to',
  'project.create': 'created the project',
  'environment.create': 'created the environment',
  'environment.edit': 'edited the settings of the environment',
};

export interface Sentence {
  /** Who did it; '' where the event speaks for itself. */
  readonly who: string;
  readonly verb: string;
  /** Key of the breaker, or name of what else it is about; ''. */
  readonly about: string;
  /** The part of the fleet that it is about, "zone eu-1a"; '': all of it. */
  readonly part: string;
  /** The reason given, or the evidence in words; ''. */
  readonly why: string;
  /** "Ada opened stripe"; otherwise "stripe: Too many calls failed". */
  readonly acted: boolean;
}

function textIn(value: unknown, name: 'name' | 'key'): string {
  const found = field(value, name);
  return typeof found === 'string' ? found : '';
}

/** By its name, as it was called afterwards, or else before. */
function nameIn({ before, after }: AuditEntry): string {
  return [after, before]
    .flatMap((value) => [textIn(value, 'name'), textIn(value, 'key')])
    .reduce((found, name) => (found === '' ? name : found), '');
}

/** Of an edit, which holds what it changed and no more: "edited the policy of". */
function editOf({ after }: AuditEntry): string {
  const fields = typeof after === 'object' && after !== null ? Object.keys(after) : [];
  const edited = fields.filter((field) => field !== 'revision');
  const [only] = edited;
  return edited.length === 1 && (only === 'policy' || only === 'rules')
    ? `edited the ${only} of`
    : 'edited';
}

function verbOf(entry: AuditEntry): string | undefined {
  if (entry.breaker === null) return OTHER_VERBS[entry.action];
  return entry.action === 'breaker.edit' ? editOf(entry) : VERBS[entry.action];
}

/** An event as a sentence: "Ada opened zone eu-1a of stripe", "stripe: Too many calls failed". */
export function sentenceOf(entry: AuditEntry): Sentence {
  const { action, actor, breaker, reason, evidence } = entry;
  const why = reason === '' ? (evidence?.summary ?? '') : `“${reason}”`;
  const part = evidence?.scope === undefined ? '' : partitionName(evidence.scope);
  const verb = verbOf(entry);
  if (verb !== undefined) {
    return { who: actor.name, verb, about: breaker ?? nameIn(entry), part, why, acted: true };
  }
  const who = isByHand(entry) ? actor.name : '';
  return { who, verb: actionWord(action), about: breaker ?? '', part, why, acted: false };
}

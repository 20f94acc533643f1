import type { AuditEntry } from '@recloser/protocol';

/** Whether somebody asked for it: a person, or a program with an API token. */
export const isByHand = ({ actor }: Pick<AuditEntry, 'actor'>): boolean =>
  actor.kind === 'user' || actor.kind === 'token';

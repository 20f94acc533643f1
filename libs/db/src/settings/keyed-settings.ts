import type { Millis } from '@recloser/core';
import { RecloserError, type Actor } from '@recloser/protocol';
import type { Queryable } from '../sql.js';
import { appendToEnvironment, type LockedEnvironment } from '../breakers/write-changes.js';

/** Settings that an environment holds by key: breakers, segments, schedules. */
interface Keyed {
  readonly key: string;
  /** +1 on every edit. */
  readonly revision: number;
}

/** @throws RecloserError `version_conflict` with `{ expected, actual }` */
export function assertRevision({ key, revision }: Keyed, expected: number): void {
  if (revision === expected) return;
  const message =
    `"${key}" was edited meanwhile: you saw revision ${expected}, it is at ${revision}. ` +
    'Load it again and repeat your change.';
  throw new RecloserError('version_conflict', message, { expected, actual: revision });
}

interface Room {
  readonly kind: 'segment' | 'schedule' | 'channel';
  /** Keys of those that there are. */
  readonly known: readonly string[];
  readonly limit: number;
  /** Which of them can go. */
  readonly spare: string;
}

/** @throws RecloserError `already_exists`, `limit_reached` */
export function assertCapacity(key: string, { kind, known, limit, spare }: Room): void {
  if (known.includes(key)) {
    const message = `There is a ${kind} "${key}" already. Edit it instead.`;
    throw new RecloserError('already_exists', message, { [kind]: key });
  }
  if (known.length >= limit) {
    const message = `An environment holds at most ${limit} ${kind}s. Remove some that are ${spare}.`;
    throw new RecloserError('limit_reached', message, { limit });
  }
}

interface SettingsChange {
  readonly actor: Actor;
  readonly action: string;
  readonly reason: string;
  readonly at: Millis;
  readonly before: object | null;
  readonly after: object | null;
}

/** Writes the audit row of a change to settings that belong to no breaker. */
export function auditSettings(
  db: Queryable,
  environment: LockedEnvironment,
  { before, after, ...change }: SettingsChange,
): Promise<LockedEnvironment> {
  const body = { before, after, evidence: null };
  return appendToEnvironment(db, environment, { ...change, breaker: null, seq: null, body });
}

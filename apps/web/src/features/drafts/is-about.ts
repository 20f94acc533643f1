import type { AuditEntry } from '@recloser/protocol';

function keyIn(settings: unknown): unknown {
  return typeof settings === 'object' && settings !== null && 'key' in settings
    ? settings.key
    : undefined;
}

/** True when an event is about the settings with this key: a breaker's own, or those that stand in it. */
export function isAbout(
  { breaker, before, after }: Pick<AuditEntry, 'breaker' | 'before' | 'after'>,
  key: string,
): boolean {
  return breaker === null ? keyIn(before) === key || keyIn(after) === key : breaker === key;
}

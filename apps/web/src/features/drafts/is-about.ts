import type { AuditEntry } from '@recloser/protocol';

/** The key, or the name of settings that have no key. */
function keyIn(settings: unknown): unknown {
  if (typeof settings !== 'object' || settings === null) return undefined;
  if ('key' in settings) return settings.key;
  return 'name' in settings ? settings.name : undefined;
}

/** True when an event is about the settings with this key: a breaker's own, or those that stand in it. */
export function isAbout(
  { breaker, before, after }: Pick<AuditEntry, 'breaker' | 'before' | 'after'>,
  key: string,
): boolean {
  return breaker === null ? keyIn(before) === key || keyIn(after) === key : breaker === key;
}

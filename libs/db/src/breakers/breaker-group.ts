import { RecloserError } from '@recloser/protocol';
import { newSalt } from '../ids.js';
import type { BreakerMeta, LockedBreaker } from '../rows/model.js';
import { rows, type Queryable } from '../sql.js';

/** The salt that a recovery group's members have; undefined when it has none. The project is locked by the caller. */
async function saltOfGroup(
  db: Queryable,
  projectId: string,
  group: string | null,
): Promise<string | undefined> {
  if (group === null) return undefined;
  const [member] = await rows<{ salt: string }>(
    db,
    `SELECT salt FROM breaker WHERE project_id = $1 AND recovery_group = $2 AND archived_at IS NULL
     ORDER BY id LIMIT 1`,
    [projectId, group],
  );
  return member?.salt;
}

/**
 * The salts that breakers made together share, by group: the one of the members that there are, or a new one where several of
 * them begin a group. The project is locked by the caller.
 */
export async function saltsOfGroups(
  db: Queryable,
  projectId: string,
  groups: readonly (string | null)[],
): Promise<ReadonlyMap<string, string>> {
  const salts = new Map<string, string>();
  for (const group of new Set(groups)) {
    if (group === null) continue;
    const isShared = groups.filter((other) => other === group).length > 1;
    const salt = (await saltOfGroup(db, projectId, group)) ?? (isShared ? newSalt() : undefined);
    if (salt !== undefined) salts.set(group, salt);
  }
  return salts;
}

/**
 * The salt of a breaker under its new settings. Who joins a group takes over its salt; who leaves one gets a new salt,
 * as the old one stays the group's. The first member gives a group its own.
 */
export async function saltAfter(
  db: Queryable,
  projectId: string,
  before: LockedBreaker,
  { group }: BreakerMeta,
): Promise<string> {
  if (group === before.meta.group) return before.salt;
  const shared = await saltOfGroup(db, projectId, group);
  return shared ?? (before.meta.group === null ? before.salt : newSalt());
}

/**
 * With another salt or another kind of cohort other accounts would be let in from one moment to the next.
 * @throws RecloserError `not_closed`, naming where it is not
 */
export function refuseUnlessClosed(breakers: readonly LockedBreaker[], what: string): void {
  const busy = breakers.find(({ state }) => state.kind !== 'closed');
  if (busy === undefined) return;
  throw new RecloserError(
    'not_closed',
    `"${busy.key}" is ${busy.state.kind}: ${what} can be changed only while it is closed in every environment ` +
      'that the change concerns, as other accounts would be let in at once. Wait until it has closed, or close it.',
    { breaker: busy.key, state: busy.state.kind },
  );
}

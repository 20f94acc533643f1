import type { Role } from '@recloser/core';
import { RecloserError, type Actor, type Person } from '@recloser/protocol';
import type { Pool } from 'pg';
import { appendSystem } from '../audit/chain.js';
import { millis, readClock, rows, transaction, type Queryable } from '../sql.js';

export interface People {
  /** By e-mail. */
  list(): Promise<readonly Person[]>;
  find(id: string): Promise<Person | null>;
  findByEmail(email: string): Promise<Person | null>;
  /** @throws RecloserError `not_found`, `command_refused` for the last admin */
  setRole(actor: Actor, id: string, role: Role): Promise<Person>;
  /**
   * With password, sessions and own views; answers who it was.
   * @throws RecloserError `not_found`, `command_refused` for the last admin
   */
  remove(actor: Actor, id: string, reason: string): Promise<Person>;
  count(): Promise<number>;
}

const SELECT = `SELECT id, email, name, role, ${millis('created_at')} AS "createdAt" FROM "user"`;
type PersonRow = Person & Record<string, unknown>;

export function createPeople(pool: Pool): People {
  return {
    list: async () => rows<PersonRow>(pool, `${SELECT} ORDER BY email`),
    find: async (id) => (await rows<PersonRow>(pool, `${SELECT} WHERE id = $1`, [id]))[0] ?? null,
    findByEmail: async (email) =>
      (await rows<PersonRow>(pool, `${SELECT} WHERE email = $1`, [email.toLowerCase()]))[0] ?? null,
    setRole: (actor, id, role) => transaction(pool, (db) => setRole(db, actor, id, role)),
    remove: (actor, id, reason) => transaction(pool, (db) => remove(db, actor, id, reason)),
    count: async () => {
      const [row] = await rows<{ count: number }>(
        pool,
        `SELECT count(*)::float8 AS count FROM "user"`,
      );
      return row?.count ?? 0;
    },
  };
}

/** Locked until the end of the transaction; all admins are, so that two who act on each other at once do not both succeed. */
async function lock(db: Queryable, id: string): Promise<{ person: Person; lastAdmin: boolean }> {
  const admins = await rows<{ id: string }>(
    db,
    `SELECT id FROM "user" WHERE role = 'admin' ORDER BY id FOR UPDATE`,
  );
  const [person] = await rows<PersonRow>(db, `${SELECT} WHERE id = $1 FOR UPDATE`, [id]);
  if (person === undefined)
    throw new RecloserError('not_found', `There is no person ${id}.`, { id });
  return { person, lastAdmin: admins.length === 1 && admins[0]?.id === id };
}

const lastAdminStays = (id: string): RecloserError =>
  new RecloserError(
    'command_refused',
    'This is the last admin. Make somebody else an admin first.',
    { id },
  );

async function setRole(db: Queryable, actor: Actor, id: string, role: Role): Promise<Person> {
  const { person: before, lastAdmin } = await lock(db, id);
  if (before.role === role) return before;
  if (lastAdmin) throw lastAdminStays(id);
  const now = await readClock(db);
  const { name } = before;
  const body = {
    before: { id, name, role: before.role },
    after: { id, name, role },
    evidence: null,
  };
  await appendSystem(db, [
    { actor, action: 'person.set_role', reason: '', at: now, breaker: null, seq: null, body },
  ]);
  // After the event: an admin may give up the role that the event takes.
  await rows(db, `UPDATE "user" SET role = $2, updated_at = now() WHERE id = $1`, [id, role]);
  return { ...before, role };
}

/** Password, sessions and own views go with the person: they hang on the row. */
async function remove(db: Queryable, actor: Actor, id: string, reason: string): Promise<Person> {
  const { person, lastAdmin } = await lock(db, id);
  if (lastAdmin) throw lastAdminStays(id);
  const now = await readClock(db);
  const { email, name, role } = person;
  const body = { before: { id, email, name, role }, after: null, evidence: null };
  await appendSystem(db, [
    { actor, action: 'person.remove', reason, at: now, breaker: null, seq: null, body },
  ]);
  await rows(db, `DELETE FROM "user" WHERE id = $1`, [id]);
  return person;
}

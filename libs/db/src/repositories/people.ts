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
    count: async () => {
      const [row] = await rows<{ count: number }>(
        pool,
        `SELECT count(*)::float8 AS count FROM "user"`,
      );
      return row?.count ?? 0;
    },
  };
}

async function setRole(db: Queryable, actor: Actor, id: string, role: Role): Promise<Person> {
  // All admins, so that two who demote each other at once do not both succeed.
  const admins = await rows<{ id: string }>(
    db,
    `SELECT id FROM "user" WHERE role = 'admin' ORDER BY id FOR UPDATE`,
  );
  const [before] = await rows<PersonRow>(db, `${SELECT} WHERE id = $1 FOR UPDATE`, [id]);
  if (before === undefined)
    throw new RecloserError('not_found', `There is no person ${id}.`, { id });
  if (before.role === role) return before;
  if (admins.length === 1 && admins[0]?.id === id) {
    throw new RecloserError(
      'command_refused',
      'This is the last admin. Make somebody else an admin first.',
      { id },
    );
  }
  const now = await readClock(db);
  await rows(db, `UPDATE "user" SET role = $2, updated_at = now() WHERE id = $1`, [id, role]);
  const after = { ...before, role };
  const { name } = before;
  const body = {
    before: { id, name, role: before.role },
    after: { id, name, role },
    evidence: null,
  };
  await appendSystem(db, [
    { actor, action: 'person.set_role', reason: '', at: now, breaker: null, seq: null, body },
  ]);
  return after;
}

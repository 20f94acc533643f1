import type { Actor } from '@recloser/protocol';
import { testPostgres, type TestServer } from '@recloser/testing';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { auditParameter, type AuditDraft, type ChainHead, seal } from './audit/chain.js';
import { GENESIS } from './audit/format.js';
import { createDatabase } from './database.js';
import type { NewToken } from './people/api-tokens.js';
import { migrate } from './migrations/migrate.js';
import { anna } from './spec/fixture.js';
import { signIn } from './spec/sign-in.js';

const role = `appender_${Math.random().toString(36).slice(2)}`;
const olga: Actor = { kind: 'user', id: 'u2', name: 'Olga' };
const gone: Actor = { kind: 'user', id: 'u3', name: 'Gone' };

let server: TestServer;
let owner: pg.Client;
let runtimeUrl: string;

beforeEach(async () => {
  server = await testPostgres();
  const url = new URL(server.url);
  url.username = role;
  url.password = 'secret';
  runtimeUrl = url.href;
  await migrate(server.url, { runtimeUrl });
  owner = new pg.Client({ connectionString: server.url });
  await owner.connect();
});
afterEach(async () => {
  await owner.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  await owner.end();
  await server.close();
});

/** Actors of tokens in each state, made by the owner. */
async function makeTokens() {
  const db = createDatabase(server.url);
  const make = async (input: Partial<NewToken>): Promise<Actor> => {
    const everywhere = { project: null, environment: null, expiresAt: null };
    const token = { name: 'ci', role: 'admin', ...everywhere, ...input } as const;
    const { record } = await db.tokens.create(anna, token);
    return { kind: 'token', id: record.id, name: `token:${token.name}` };
  };
  const tokens = {
    admin: await make({}),
    operator: await make({ role: 'operator' }),
    limited: await make({ project: 'default', environment: 'production' }),
    elsewhere: await make({ project: 'default', environment: 'development' }),
    revoked: await make({}),
  };
  // Just before it is made: on a slow machine the others take long.
  const expiresAt = (await db.now()) + 500;
  const expired = await make({ expiresAt });
  await db.tokens.revoke(anna, tokens.revoked.id ?? '', 'test');
  while ((await db.now()) <= expiresAt) await new Promise((resolve) => setTimeout(resolve, 20));
  await db.close();
  return { ...tokens, expired };
}

/** The actor of a trigger that is for the breaker `stripe` of another project. */
async function makeTrigger(): Promise<Actor> {
  const db = createDatabase(server.url);
  await db.environments.createProject(anna, 'shop', 'Shop');
  const place = { key: 'live', name: 'Live', kind: 'production' } as const;
  const { id } = await db.environments.create(anna, 'shop', place);
  await db.breakers.create(id, anna, { key: 'stripe', reason: 'test' });
  const input = { name: 'pager', breaker: 'stripe', action: 'open', admission: null } as const;
  const { record } = await db.triggers.create(id, anna, { ...input, durationMs: 60_000 });
  await db.close();
  return { kind: 'trigger', id: record.id, name: 'trigger:pager' };
}

describe('the run-time role', () => {
  it('appends an event only in the order of its chain, now, and in the name of who is signed in', async () => {
    const db = createDatabase(runtimeUrl);
    await db.environments.seedDefaults();
    const { id: chain } = await db.environments.find('default', 'production');
    await db.close();
    await signIn(owner, anna);
    await signIn(owner, olga, 'operator');
    await signIn(owner, gone, 'admin', '-1 minute');
    const client = new pg.Client({ connectionString: runtimeUrl });
    await client.connect();
    const head: ChainHead = { chain, environmentId: chain, chainSeq: 0, head: GENESIS };
    const draft = {
      actor: anna,
      action: 'breaker.trip',
      reason: 'quote " and \\ and \t and é',
      at: Date.now(),
      breaker: 'stripe',
      seq: 1,
      body: { before: null, after: null, evidence: null },
    };
    const append = async (of: Partial<AuditDraft>, at: Partial<ChainHead> = {}, sign = true) => {
      const [event] = seal({ ...head, ...at }, [{ ...draft, ...of }]);
      if (event === undefined) return;
      const signed = sign ? event : { ...event, header: { ...event.header, reason: 'other' } };
      await client.query('SELECT recloser_append_audit($1::json)', [auditParameter([signed])]);
    };
    const tokens = await makeTokens();
    const trigger = await makeTrigger();
    const forged: [string, () => Promise<void>][] = [
      ['a token that does not exist', () => append({ actor: { ...tokens.admin, id: 'nothing' } })],
      ['a token without an id', () => append({ actor: { ...tokens.admin, id: null } })],
      ['a token by another name', () => append({ actor: { ...tokens.admin, name: 'token:x' } })],
      ['a revoked token', () => append({ actor: tokens.revoked })],
      ['an expired token', () => append({ actor: tokens.expired })],
      ['a token of another environment', () => append({ actor: tokens.elsewhere })],
      ['a trigger elsewhere', () => append({ actor: trigger, action: 'trigger.open' })],
      ['a trigger that is not there', () => append({ actor: { ...trigger, id: anna.id } })],
      ['a trigger that revokes one', () => append({ actor: trigger, action: 'trigger.revoke' })],
      [
        'the system that makes triggers',
        () =>
          append({
            actor: { kind: 'system', id: null, name: 'Recloser' },
            action: 'trigger.create',
          }),
      ],
      ['an operator’s token', () => append({ actor: tokens.operator, action: 'token.create' })],
      ['an operator who makes tokens', () => append({ actor: olga, action: 'token.create' })],
      ['a limited token', () => append({ actor: tokens.limited, action: 'person.set_role' })],
      ['a person who does not exist', () => append({ actor: { ...anna, id: 'nobody' } })],
      ['a person by another name', () => append({ actor: { ...anna, name: 'Ada' } })],
      ['a person whose session is over', () => append({ actor: gone })],
      ['a person without an id', () => append({ actor: { ...anna, id: null } })],
      ['an operator who sets roles', () => append({ actor: olga, action: 'person.set_role' })],
      [
        'the system that sets roles',
        () =>
          append({
            actor: { kind: 'system', id: null, name: 'Recloser' },
            action: 'person.set_role',
          }),
      ],
      ['yesterday', () => append({ at: draft.at - 86_400_000 })],
      ['tomorrow', () => append({ at: draft.at + 86_400_000 })],
      ['a place that is not the next', () => append({}, { chainSeq: 1 })],
      ['a chain with another past', () => append({}, { head: Buffer.alloc(32, 7) })],
      ['a chain of no environment', () => append({}, { chain: 'mine' })],
      ['a text that the hash does not cover', () => append({}, {}, false)],
    ];
    for (const [what, forge] of forged) {
      await expect(forge(), what).rejects.toMatchObject({ code: '42501' });
    }
    await append({ actor: tokens.limited });
    await expect(append({}), 'the same again').rejects.toMatchObject({ code: '42501' });
    await client.end();
  });
});

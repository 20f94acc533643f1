import { prepareBackbone } from '@recloser/backbone';
import { migrate } from '@recloser/db';
import type { CreatedToken, CreatedTrigger } from '@recloser/protocol';
import { testPostgres, type TestServer } from '@recloser/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import { ADMIN, AUTH_SECRET, startTestNode, type TestNode } from '../testing/harness.js';
import { PRODUCTION } from '../testing/prepare.js';

const role = `runtime_${Math.random().toString(36).slice(2)}`;
let server: TestServer;
let node: TestNode;
/** Someone who has the role's password, and no AUTH_SECRET. */
let thief: pg.Client;

beforeAll(async () => {
  server = await testPostgres();
  const url = new URL(server.url);
  url.username = role;
  url.password = 'secret';
  await migrate(server.url, { runtimeUrl: url.href, authSecret: AUTH_SECRET });
  await prepareBackbone(server.url, { runtimeUrl: url.href });
  node = await startTestNode(url.href);
  thief = new pg.Client({ connectionString: url.href });
  await thief.connect();
});

afterAll(async () => {
  await thief.end();
  await node.stop();
  await server.close();
});

describe('an API with the run-time role', () => {
  it('writes every kind of event in the name of who is signed in', async () => {
    const admin = await node.anonymous.signIn(ADMIN.email, ADMIN.password);
    const reason = 'test';
    expect(await admin.post(`${PRODUCTION}/breakers`, { key: 'a', reason })).toMatchObject({
      status: 201,
    });
    expect(await admin.post(`${PRODUCTION}/breakers/a/trip`, { reason })).toMatchObject({
      status: 200,
    });
    const { body } = await admin.post(`${PRODUCTION}/keys`, { name: 'k' });
    const { record } = body as { record: { id: string } };
    expect(await admin.post(`${PRODUCTION}/keys/${record.id}/revoke`, { reason })).toMatchObject({
      status: 200,
    });
    const created = await admin.post('/v1/tokens', { name: 'root', role: 'admin' });
    const { token, record: own } = created.body as CreatedToken;
    const program = node.anonymous.withToken(token);
    for (const [path, body] of [
      [`${PRODUCTION}/breakers`, { key: 'b', reason }],
      [`${PRODUCTION}/keys`, { name: 'made by a token' }],
      ['/v1/tokens', { name: 'child', role: 'viewer' }],
      ['/v1/people', { email: 'bot@example.com', name: 'Bot', role: 'operator' }],
      [`/v1/tokens/${own.id}/revoke`, { reason }],
    ] as const) {
      const { status } = await program.post(path, body);
      expect([path, status]).toEqual([path, status === 201 ? 201 : 200]);
    }
    const made = await admin.post('/v1/people', {
      email: 'olga@example.com',
      name: 'Olga “O” Ö\\',
      role: 'admin',
      password: 'a password of hers',
    });
    expect(made).toMatchObject({ status: 201, body: { person: { role: 'admin' } } });
    const olga = await node.anonymous.signIn('olga@example.com', 'a password of hers');
    expect(await olga.post(`${PRODUCTION}/breakers/a/restore`, { reason })).toMatchObject({
      status: 200,
    });
    const { person } = made.body as { person: { id: string } };
    // She gives up her own role, and then is no longer allowed to.
    expect(await olga.patch(`/v1/people/${person.id}`, { role: 'viewer' })).toMatchObject({
      status: 200,
    });
    expect(await olga.patch(`/v1/people/${person.id}`, { role: 'admin' })).toMatchObject({
      status: 403,
    });
    const trigger = { name: 'pager', breaker: 'a', action: 'open', durationMs: 60_000 };
    await admin.post(`${PRODUCTION}/breakers/a/mode`, { mode: 'auto', reason });
    const secret = await admin.post(`${PRODUCTION}/triggers`, trigger);
    const call = { status: 'firing', alert: 'a' };
    const called = await node.anonymous.post((secret.body as CreatedTrigger).path, call);
    expect(called).toMatchObject({ status: 200, body: { result: 'acted' } });
    for (const path of [`${PRODUCTION}/audit/verify`, '/v1/audit/verify']) {
      expect(await admin.get(path)).toMatchObject({ status: 200, body: { ok: true } });
    }
  });

  it('changes passwords and removes people', async () => {
    const admin = await node.anonymous.signIn(ADMIN.email, ADMIN.password);
    const password = 'a password of his';
    const made = await admin.post('/v1/people', {
      email: 'ben@example.com',
      name: 'Ben',
      role: 'operator',
      password,
    });
    const { person } = made.body as { person: { id: string } };
    const ben = await node.anonymous.signIn('ben@example.com', password);
    const newPassword = 'another password';
    const changed = await ben.post('/v1/auth/change-password', {
      currentPassword: password,
      newPassword,
    });
    expect(changed.status).toBe(200);
    const renewed = await admin.post(`/v1/people/${person.id}/password`, {});
    expect(renewed.status).toBe(200);
    const { password: third } = renewed.body as { password: string };
    await node.anonymous.signIn('ben@example.com', third);
    expect(await admin.post(`/v1/people/${person.id}/remove`, {})).toMatchObject({ status: 200 });
  });

  it('does not start with another AUTH_SECRET than the database knows', async () => {
    const authSecret = 'another secret, which nobody has told the database';
    await expect(startTestNode(server.url, { authSecret })).rejects.toThrow('AUTH_SECRET is not');
  });
});

const ALL = 'insert update delete';

/** Where the run-time role may write, and why. */
const WRITTEN: readonly (readonly [table: string, rights: string, why: string])[] = [
  ...[
    'dedup',
    'dedup_next',
    'event',
    'job',
    'job_dependency',
    'job_log',
    'meta',
    'metrics',
    'migration',
    'rate_limit',
    'relay_inbox',
    'relay_node',
    'relay_retained',
    'relay_subscription',
    'scheduler',
  ].map(
    (table) =>
      [`bullmq.${table}`, ALL, 'queues: derived anew, nothing is decided by them'] as const,
  ),
  ['public.account', 'insert update', 'passwords: each takes a claim'],
  ['public.api_token', 'insert update', 'made only with the event of an admin, and only ended'],
  [
    'public.audit_chain',
    'insert update',
    'the head of a chain: the door checks against the events',
  ],
  ['public.breaker', ALL, 'settings of breakers'],
  ['public.breaker_state', ALL, 'states: to decide is what the servers are for'],
  ['public.change', ALL, 'the change log, which retention shortens'],
  ['public.channel', ALL, 'settings of notifications'],
  ['public.environment', ALL, 'seqs and settings; the head of its chain, as above'],
  ['public.incoming_trigger', 'insert update', 'made only with its event, and only ended'],
  ['public.installation', ALL, 'which server the database was last seen on'],
  ['public.instance', ALL, 'who is connected'],
  ['public.metric_rollup', ALL, 'charts'],
  ['public.project', ALL, 'names of projects'],
  ['public.saved_view', ALL, 'views that people keep'],
  ['public.schedule', ALL, 'settings of schedules'],
  ['public.sdk_key', 'insert update', 'made only with its event, and only ended'],
  ['public.segment', ALL, 'settings of segments'],
  ['public.service_use', ALL, 'which services call which breakers'],
  ['public.session', ALL, 'opened only with a claim; ended and prolonged for some days by anyone'],
  ['public.set_aside', ALL, 'notifications that were not taken'],
  ['public.user', ALL, 'made as viewers; roles and removal take the event of an admin'],
  ['public.verification', ALL, 'of better-auth: nothing that is open reads it'],
  ...['beat', 'bucket', 'census', 'dirty', 'latency', 'layout', 'permit', 'presence'].map(
    (table) => [`recloser_signals.${table}`, ALL, 'counts of the last minutes'] as const,
  ),
];

/** What it may do with the rights of the owner, and why. */
const CALLED: readonly (readonly [name: string, why: string])[] = [
  ['recloser_append_audit(json)', 'the one way into the audit log, by claim'],
  ['recloser_drop_rollup_partitions(timestamp with time zone)', 'retention of charts'],
  ['recloser_ensure_rollup_partitions(date,integer)', 'room for charts'],
  ['recloser_is_claimed(text,text)', 'checks a claim, and tells nothing of the key'],
];

describe('the run-time role alone', () => {
  const person = `(SELECT id FROM "user" WHERE email = '${ADMIN.email}')`;
  const session = `INSERT INTO session (id, token, user_id, expires_at, updated_at)
    SELECT 'x', 'x', ${person}, now() + interval '1 hour', now()`;
  const copied = `INSERT INTO session (id, token, user_id, claim, expires_at, updated_at)
    SELECT 'x', 'x', user_id, claim, expires_at, now() FROM session LIMIT 1`;
  const account = `INSERT INTO account (id, account_id, provider_id, user_id, password, updated_at)
    SELECT 'x', 'x', 'credential', ${person}, 'salt:key', now()`;
  const sdkKey = `INSERT INTO sdk_key (id, environment_id, name, prefix, hash, created_by)
    SELECT gen_random_uuid(), id, 'x', 'x', sha256('x'), 'x' FROM environment LIMIT 1`;
  const token = `INSERT INTO api_token (id, name, prefix, hash, role, created_by)
    VALUES (gen_random_uuid(), 'x', 'x', sha256('x'), 'admin', 'x')`;

  beforeAll(() => node.anonymous.signIn(ADMIN.email, ADMIN.password));

  it.each([
    ['open a session', session],
    ['copy a claim to another session', copied],
    ['hand a session on', `UPDATE session SET user_id = 'x'`],
    ['choose the token of a session', `UPDATE session SET token = 'x' || token`],
    ['prolong a session for years', `UPDATE session SET expires_at = now() + interval '1 year'`],
    ['set a password', `UPDATE account SET password = 'salt:key'`],
    ['hand a password on', `UPDATE account SET account_id = 'x'`],
    ['add a password', account],
    ['remove passwords', 'DELETE FROM account'],
    ['remove a person', `DELETE FROM "user" WHERE email = '${ADMIN.email}'`],
    ['make an admin', `UPDATE "user" SET role = 'admin'; UPDATE "user" SET role = 'viewer'`],
    [
      'add an admin',
      `INSERT INTO "user" (id, name, email, role, updated_at) VALUES ('x', 'x', 'x', 'admin', now())`,
    ],
    ['add an SDK key', sdkKey],
    ['add an API token', token],
    ['read what claims are checked with', 'SELECT * FROM claim_key'],
    ['forget what claims are checked with', 'DELETE FROM claim_key'],
  ])('cannot %s', async (_, statement) => {
    await expect(thief.query(statement)).rejects.toMatchObject({ code: '42501' });
  });

  it('writes only where the servers have to', async () => {
    const { rows } = await thief.query<{ name: string; rights: string }>(
      `SELECT n.nspname || '.' || c.relname AS name, concat_ws(' ',
         CASE WHEN has_table_privilege(c.oid, 'INSERT') THEN 'insert' END,
         CASE WHEN has_table_privilege(c.oid, 'UPDATE') THEN 'update' END,
         CASE WHEN has_table_privilege(c.oid, 'DELETE') THEN 'delete' END,
         CASE WHEN has_table_privilege(c.oid, 'TRUNCATE') THEN 'truncate' END) AS rights
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^(pg_|information_schema)'
         AND has_schema_privilege(n.oid, 'USAGE')`,
    );
    const written = rows.filter(({ rights }) => rights !== '');
    expect(Object.fromEntries(written.map(({ name, rights }) => [name, rights]))).toEqual(
      Object.fromEntries(WRITTEN.map(([name, rights]) => [name, rights])),
    );
  });

  it('calls only these functions with the rights of their owner', async () => {
    const { rows } = await thief.query<{ name: string }>(
      `SELECT p.oid::regprocedure::text AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
       WHERE p.prosecdef AND has_function_privilege(p.oid, 'EXECUTE') AND n.nspname !~ '^(pg_|information_schema)'`,
    );
    expect(rows.map(({ name }) => name).sort()).toEqual(CALLED.map(([name]) => name));
  });
});

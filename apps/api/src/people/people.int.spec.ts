import { testPostgres, type TestServer } from '@recloser/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, startTestNode, type TestNode } from '../testing/harness.js';
import { migrated } from '../testing/prepare.js';
import type { RestClient } from '../testing/rest-client.js';

let postgres: TestServer;
let node: TestNode;
let admin: RestClient;

beforeAll(async () => {
  postgres = await testPostgres(migrated);
  node = await startTestNode(postgres.url);
  admin = await node.anonymous.signIn(ADMIN.email, ADMIN.password);
});

afterAll(async () => {
  await node.stop();
  await postgres.close();
});

describe('people', () => {
  it('get a password that is shown once, and the last admin stays one', async () => {
    const made = await admin.post('/v1/people', {
      email: 'New@Example.com',
      name: 'New',
      role: 'viewer',
    });
    const { password, person } = made.body as { password: string; person: { id: string } };
    expect(made).toMatchObject({ status: 201, body: { person: { email: 'new@example.com' } } });
    await node.anonymous.signIn('new@example.com', password);
    expect((await admin.get('/v1/people')).body).not.toContain(password);
    expect(
      await admin.post('/v1/people', { email: 'new@example.com', name: 'N', role: 'admin' }),
    ).toMatchObject({
      status: 409,
      body: { code: 'already_exists' },
    });
    const me = (await admin.get('/v1/me')).body as { user: { id: string } };
    expect(me.user.id).not.toBe(person.id);
    const demoted = await admin.patch(`/v1/people/${me.user.id}`, { role: 'viewer' });
    expect(demoted.status).toBe(409);
  });

  it('get a new one from an admin, or change it themselves, and are signed out elsewhere', async () => {
    const email = 'forgetful@example.com';
    const first = { email, name: 'F', role: 'viewer', password: 'the first password' };
    const { body } = await admin.post('/v1/people', first);
    const { person } = body as { person: { id: string } };
    const before = await node.anonymous.signIn(email, first.password);

    const renewed = await admin.post(`/v1/people/${person.id}/password`);
    const { password } = renewed.body as { password: string };
    expect((await before.get('/v1/me')).status).toBe(401);
    const old = { email, password: first.password };
    expect((await node.anonymous.post('/v1/auth/sign-in/email', old)).status).toBe(401);

    const client = await node.anonymous.signIn(email, password);
    const other = await node.anonymous.signIn(email, password);
    const change = (currentPassword: string, newPassword: string) =>
      client.post('/v1/auth/change-password', {
        currentPassword,
        newPassword,
        revokeOtherSessions: true,
      });
    expect((await change('not the password', 'a password of my own')).status).toBe(400);
    expect((await change(password, 'short')).status).toBe(400);
    expect((await change(password, 'a password of my own')).status).toBe(200);
    expect((await other.get('/v1/me')).status).toBe(401);
    await node.anonymous.signIn(email, 'a password of my own');

    expect((await admin.post('/v1/people/nobody/password')).status).toBe(404);
    const log = await admin.get('/v1/audit?limit=200');
    const { items } = log.body as { items: { action: string }[] };
    const counted = (action: string) => items.filter((item) => item.action === action).length;
    expect([counted('person.renew_password'), counted('auth.changed_password')]).toEqual([1, 1]);
    expect(JSON.stringify(items)).not.toContain(password);
  });

  it('who are removed are signed out everywhere, and can come back only as somebody new', async () => {
    const given = {
      email: 'leaver@example.com',
      name: 'L',
      role: 'admin',
      password: 'good bye all',
    };
    const { person } = (await admin.post('/v1/people', given)).body as { person: { id: string } };
    const theirs = await node.anonymous.signIn(given.email, given.password);
    const other = await node.anonymous.signIn(given.email, given.password);
    const path = `/v1/people/${person.id}/remove`;
    expect(await theirs.post(path, {})).toMatchObject({
      status: 409,
      body: { code: 'command_refused', detail: 'This is you. Another admin can remove you.' },
    });
    expect((await admin.post(path, { reason: 'left the company' })).status).toBe(200);
    for (const client of [theirs, other]) expect((await client.get('/v1/me')).status).toBe(401);
    const { email, password } = given;
    const signIn = () => node.anonymous.post('/v1/auth/sign-in/email', { email, password });
    expect((await signIn()).status).toBe(401);
    expect((await admin.get('/v1/people')).body).not.toContainEqual(
      expect.objectContaining({ email }),
    );
    expect((await admin.post(path, {})).status).toBe(404);

    const log = (await admin.get('/v1/audit?limit=200')).body as { items: { action: string }[] };
    expect(log.items.filter(({ action }) => action === 'person.remove')).toMatchObject([
      { reason: 'left the company', before: { id: person.id, name: 'L', email }, after: null },
    ]);
    const again = (await admin.post('/v1/people', given)).body as { person: { id: string } };
    expect(again.person.id).not.toBe(person.id);
    expect((await theirs.get('/v1/me')).status).toBe(401);
    expect((await signIn()).status).toBe(200);
  });

  it('and their sign-ins stand in the system’s audit log', async () => {
    const { body } = await admin.get('/v1/audit?limit=200');
    const { items } = body as { items: { action: string }[] };
    const actions = new Set(items.map(({ action }) => action));
    expect(actions).toContain('auth.signed_in');
    expect(actions).toContain('person.create');
    expect((await admin.get('/v1/audit/verify')).body).toMatchObject({ ok: true });
    expect(JSON.stringify(items)).not.toContain('long enough for it');
  });
});

import { betterAuth } from 'better-auth';
import { describe, expect, it } from 'vitest';
import { anna, openFixture } from '../spec/fixture.js';

const at = await openFixture();

function authOf() {
  return betterAuth({
    secret: 'a secret that is long enough for a test',
    baseURL: 'http://localhost:4400',
    database: at.db.authAdapter(),
    emailAndPassword: { enabled: true },
    user: { additionalFields: { role: { type: 'string', input: false } } },
    telemetry: { enabled: false },
  });
}

describe('authAdapter', () => {
  it('keeps people, passwords and sessions for better-auth', async () => {
    const auth = authOf();
    const password = 'correct horse battery';
    const body = { name: 'Ben', email: 'Ben@example.com', password };
    const { user } = await auth.api.signUpEmail({ body });
    expect(await at.db.people.count()).toBe(1);
    expect(await at.db.people.findByEmail('BEN@example.com')).toMatchObject({
      id: user.id,
      email: 'ben@example.com',
      name: 'Ben',
      role: 'viewer',
    });
    const signIn = await auth.api.signInEmail({
      body: { email: body.email, password },
      returnHeaders: true,
    });
    const cookie = (signIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const session = await auth.api.getSession({ headers: new Headers({ cookie }) });
    expect(session?.user).toMatchObject({ id: user.id, role: 'viewer' });
    await expect(
      auth.api.signInEmail({ body: { email: body.email, password: 'wrong password' } }),
    ).rejects.toThrow();
  });
});

describe('people', () => {
  const add = async (id: string, role: string) => {
    await at.raw.query(
      `INSERT INTO "user" (id, name, email, role, updated_at) VALUES ($1, $1, $1, $2, now())`,
      [id, role],
    );
  };

  it('change roles on the record, and never lose the last admin', async () => {
    await add('one', 'admin');
    await add('two', 'viewer');
    expect(await at.db.people.setRole(anna, 'two', 'operator')).toMatchObject({ role: 'operator' });
    const { items } = await at.db.audit.list({ chain: 'system', action: 'person' }, { limit: 1 });
    expect(items).toMatchObject([
      {
        action: 'person.set_role',
        actor: anna,
        before: { role: 'viewer' },
        after: { role: 'operator' },
      },
    ]);
    await expect(at.db.people.setRole(anna, 'one', 'viewer')).rejects.toMatchObject({
      code: 'command_refused',
    });
    await expect(at.db.people.setRole(anna, 'none', 'viewer')).rejects.toMatchObject({
      code: 'not_found',
    });
    await at.db.people.setRole(anna, 'two', 'admin');
    const both = await Promise.allSettled(
      ['one', 'two'].map((id) => at.db.people.setRole(anna, id, 'viewer')),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await at.db.people.list()).filter(({ role }) => role === 'admin')).toHaveLength(1);
  });

  it('are removed with a record of who they were, and never the last admin', async () => {
    const admins = () =>
      at.db.people.list().then((all) => all.filter(({ role }) => role === 'admin'));
    await add('leaver', 'admin');
    expect(await at.db.people.remove(anna, 'leaver', 'left us')).toMatchObject({ id: 'leaver' });
    expect(await at.db.people.find('leaver')).toBeNull();
    const { items } = await at.db.audit.list({ chain: 'system' }, { limit: 1 });
    expect(items).toMatchObject([
      {
        action: 'person.remove',
        actor: anna,
        reason: 'left us',
        before: { id: 'leaver', name: 'leaver', email: 'leaver', role: 'admin' },
        after: null,
      },
    ]);
    await expect(at.db.people.remove(anna, 'leaver', '')).rejects.toMatchObject({
      code: 'not_found',
    });
    await add('another', 'admin');
    const both = await Promise.allSettled(
      (await admins()).map(({ id }) => at.db.people.remove(anna, id, '')),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const [last] = await admins();
    await expect(at.db.people.remove(anna, last?.id ?? '', '')).rejects.toMatchObject({
      code: 'command_refused',
    });
    expect(await admins()).toHaveLength(1);
  });
});

import { testPostgres, type TestServer } from '@recloser/testing';
import { request, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, startTestNode, type TestNode } from '../testing/harness.js';
import { migrated } from '../testing/prepare.js';
import { RestClient } from '../testing/rest-client.js';

const LIMIT = 60;
let postgres: TestServer;
let node: TestNode;
let admin: RestClient;

beforeAll(async () => {
  postgres = await testPostgres(migrated);
  node = await startTestNode(postgres.url, { rateLimitPerMinute: LIMIT });
  admin = await node.anonymous.signIn(ADMIN.email, ADMIN.password);
});

afterAll(async () => {
  await node.stop();
  await postgres.close();
});

let hosts = 0;
/** Headers of a caller that nobody else in these tests is. */
const caller = (address = `198.51.100.${(hosts += 1)}`) => ({ 'x-forwarded-for': address });

/** A request whose path is sent as it is written. */
async function raw(
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<IncomingMessage> {
  const { hostname, port } = new URL(node.url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response));
    })
      .on('error', reject)
      .end();
  });
}

describe('however a path is written, it is the same door', () => {
  const WRITTEN = [
    '/v1/me',
    '/%76%31/me',
    '/%76%31/%6d%65',
    '/v%31/me',
    '/%761/me?x=1',
    '/v1/%6De',
  ];

  it.each([
    ...WRITTEN,
    '/%76%31/nothing',
    '/V1/me',
    '//v1/me',
    '/x/../v1/me',
    '/x/%2e%2e/v1/me',
    '/health%2Flive',
  ])('%s has its policy, and no cache keeps it', async (path) => {
    const { headers } = await raw(path, caller());
    expect(headers['content-security-policy']).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(headers['cache-control']).toBe('no-store');
  });

  it('counts every spelling against one limit', async () => {
    const from = caller();
    const statuses = new Set<number>();
    for (let i = 0; i < LIMIT; i += 1) {
      statuses.add((await raw(WRITTEN[i % WRITTEN.length] ?? '', from)).statusCode ?? 0);
    }
    expect(statuses).toEqual(new Set([401]));
    for (const path of WRITTEN) expect((await raw(path, from)).statusCode).toBe(429);
    // Somebody else is served, and so is the one who asks whether the node is well.
    expect((await raw('/v1/me', caller())).statusCode).toBe(401);
    expect((await raw('/health/live', from)).statusCode).toBe(200);
  });

  it('counts a network of IPv6 as one', async () => {
    for (let i = 0; i < LIMIT; i += 1) {
      await raw('/v1/me', caller(`2001:db8:0:1::${i.toString(16)}`));
    }
    expect((await raw('/v1/me', caller('2001:db8:0:1:ffff::1'))).statusCode).toBe(429);
    expect((await raw('/v1/me', caller('2001:db8:0:2::1'))).statusCode).toBe(401);
  });

  it('counts what is at no route, too', async () => {
    const from = caller();
    for (let i = 0; i < LIMIT; i += 1) await raw(`/v1/sdk/nothing${i}`, from);
    expect((await raw('/v1/sdk/nothing', from)).statusCode).toBe(429);
  });
});

describe('passwords', () => {
  const PASSWORD = 'the right one';
  async function person(name: string): Promise<string> {
    const email = `${name}@example.com`;
    const body = { email, name, role: 'viewer', password: PASSWORD };
    expect((await admin.post('/v1/people', body, caller())).status).toBe(201);
    return email;
  }
  const signIn = (email: string, password: string, from = caller()) =>
    node.anonymous.post('/v1/auth/sign-in/email', { email, password }, from);
  const sessionOf = async (email: string, password: string) => {
    const { headers } = await signIn(email, password);
    const cookie = headers.getSetCookie().map((line) => line.split(';', 1)[0]);
    return new RestClient(node.url, cookie.join('; '));
  };

  it('are not guessed within a session', async () => {
    const email = await person('guessed');
    const session = await sessionOf(email, PASSWORD);
    const change = (currentPassword: string) =>
      session.post(
        '/v1/auth/change-password',
        { currentPassword, newPassword: 'another long one' },
        caller(),
      );
    for (let i = 0; i < 10; i += 1) expect((await change(`guess ${i}`)).status).toBe(400);
    expect((await change(PASSWORD)).status).toBe(429);
    const { body } = await admin.get('/v1/audit?action=auth.change_refused', caller());
    const { items } = body as { items: { actor: { name: string } }[] };
    expect(items.filter(({ actor }) => actor.name === email)).toHaveLength(10);
  });

  it('end all other sessions when they change', async () => {
    const email = await person('changed');
    const [here, elsewhere] = [await sessionOf(email, PASSWORD), await sessionOf(email, PASSWORD)];
    const body = {
      currentPassword: PASSWORD,
      newPassword: 'another long one',
      revokeOtherSessions: false,
    };
    const changed = await here.post('/v1/auth/change-password', body, caller());
    expect(changed.status).toBe(200);
    const [cookie = ''] = changed.headers.getSetCookie().map((line) => line.split(';', 1)[0]);
    expect((await new RestClient(node.url, cookie).get('/v1/me', caller())).status).toBe(200);
    expect((await elsewhere.get('/v1/me', caller())).status).toBe(401);
  });
});

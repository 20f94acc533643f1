import { ROLES, type Role } from '@recloser/core';
import { contractRoutes } from '@recloser/protocol';
import { testPostgres, type TestServer } from '@recloser/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, startTestNode, type TestNode } from '../testing/harness.js';
import { PRODUCTION, migrated } from '../testing/prepare.js';
import { RestClient } from '../testing/rest-client.js';
import { ask, contractOf, own } from '../testing/route-access.js';
import { routesOf } from '../testing/routes.js';

let postgres: TestServer;
let node: TestNode;
let admin: RestClient;
const clients = new Map<Role, RestClient>();

beforeAll(async () => {
  postgres = await testPostgres(migrated);
  node = await startTestNode(postgres.url);
  admin = await node.anonymous.signIn(ADMIN.email, ADMIN.password);
  clients.set('admin', admin);
  for (const role of ['viewer', 'operator'] as const) {
    const body = { email: `${role}@example.com`, name: role, role, password: 'long enough for it' };
    expect((await admin.post('/v1/people', body)).status).toBe(201);
    clients.set(role, await node.anonymous.signIn(body.email, body.password));
  }
});

afterAll(async () => {
  await node.stop();
  await postgres.close();
});

describe('every route', () => {
  it('is in the contract, and every route of the contract is served', () => {
    const served = routesOf(node.app).filter(own).map(contractOf);
    expect(contractRoutes.filter((route) => !served.includes(route))).toEqual([]);
  });

  it('is refused without a session, unless the contract says that it is public', async () => {
    for (const route of routesOf(node.app).filter(own)) {
      const { access, address } = contractOf(route);
      const { status, body } = await ask(node.anonymous, route);
      expect([address, status === 401]).toEqual([address, access !== 'public']);
      if (status === 401 && access !== 'token') {
        expect(body).toMatchObject({ code: 'unauthenticated' });
      }
    }
  });

  it('needs the role of the contract, and is refused to the roles below', async () => {
    for (const route of routesOf(node.app).filter(own)) {
      const { access, address } = contractOf(route);
      if (access === 'public' || access === 'token') continue;
      for (const role of ROLES) {
        const { status, body } = await ask(clients.get(role)!, route);
        const refused = status === 403 && (body as { code: string }).code === 'forbidden';
        const expected = ROLES.indexOf(role) < ROLES.indexOf(access);
        expect([address, role, refused]).toEqual([address, role, expected]);
        expect([address, status]).not.toEqual([address, 500]);
      }
    }
  });

  it('is described at /docs/json, which needs a session', async () => {
    expect((await node.anonymous.get('/docs/json')).status).toBe(401);
    const { body } = await clients.get('viewer')!.get('/docs/json');
    const { paths } = body as { paths: Record<string, Record<string, unknown>> };
    for (const { method, path } of routesOf(node.app).filter(own)) {
      const described = path.replace(/:(\w+)/g, '{$1}');
      expect([path, Object.keys(paths[described] ?? {})]).toEqual([
        path,
        expect.arrayContaining([method.toLowerCase()]),
      ]);
    }
    const trip = JSON.stringify(
      paths['/v1/projects/{project}/environments/{environment}/breakers/{key}/trip'],
    );
    expect(trip).toContain('"maxLength":1000');
    expect((await clients.get('viewer')!.get('/docs')).status).toBe(200);
    expect((await admin.get('/docs/assets/swagger-ui.css')).status).toBe(200);
    expect((await admin.get('/docs/assets/..%2f..%2fpackage.json')).status).toBe(404);
  });
});

describe('a viewer', () => {
  it('cannot trip, and is told what it takes', async () => {
    await admin.post(`${PRODUCTION}/breakers`, { key: 'stripe', reason: 'test' });
    const path = `${PRODUCTION}/breakers/stripe`;
    const refused = await clients.get('viewer')!.post(`${path}/trip`, { reason: 'test' });
    expect(refused).toMatchObject({
      status: 403,
      body: { code: 'forbidden', role: 'viewer', needed: 'operator' },
    });
    expect((await admin.get(path)).body).toMatchObject({ state: 'closed' });
  });

  it('can from the moment of becoming an operator, and not after', async () => {
    const viewer = clients.get('viewer')!;
    const { body } = await viewer.get('/v1/me');
    const { id } = (body as { user: { id: string } }).user;
    const trip = () => viewer.post(`${PRODUCTION}/breakers/stripe/trip`, { reason: 'test' });
    expect((await admin.patch(`/v1/people/${id}`, { role: 'operator' })).status).toBe(200);
    expect((await trip()).status).toBe(200);
    expect((await admin.patch(`/v1/people/${id}`, { role: 'viewer' })).status).toBe(200);
    expect((await trip()).status).toBe(403);
  });
});

describe('a session', () => {
  it('begins with the right password and ends with signing out', async () => {
    const wrong = { email: ADMIN.email, password: 'wrong password' };
    const refused = await node.anonymous.post('/v1/auth/sign-in/email', wrong);
    expect(refused).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    const unknown = await node.anonymous.post('/v1/auth/sign-in/email', {
      ...wrong,
      email: 'x@example.com',
    });
    expect((unknown.body as { detail: string }).detail).toBe(
      (refused.body as { detail: string }).detail,
    );
    const client = await node.anonymous.signIn(ADMIN.email, ADMIN.password);
    expect((await client.get('/v1/me')).status).toBe(200);
    expect((await client.post('/v1/auth/sign-out')).status).toBe(200);
    expect((await client.get('/v1/me')).status).toBe(401);
  });

  it('is no one’s who made it up', async () => {
    const [name] = (admin.cookie ?? '').split('=');
    const forged = new RestClient(
      node.url,
      `${name ?? ''}=abcdefghijklmnopqrstuvwxyz012345.c2lnbmF0dXJl`,
    );
    expect((await forged.get('/v1/me')).status).toBe(401);
  });

  it('cannot be had by signing up, nor through other endpoints of the library', async () => {
    const body = { email: 'stranger@example.com', password: 'long enough', name: 'Stranger' };
    for (const path of [
      'sign-up/email',
      'update-user',
      'delete-user',
      'forget-password',
      'list-sessions',
    ]) {
      expect((await node.anonymous.post(`/v1/auth/${path}`, body)).status).toBe(404);
    }
  });

  it('cookie is not for scripts, and for https only where there is https', async () => {
    const plain = await node.anonymous.post('/v1/auth/sign-in/email', ADMIN);
    const [cookie] = plain.headers.getSetCookie();
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Lax/i);
    expect(cookie).not.toMatch(/; Secure/i);
    const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'ops.example' };
    const https = await node.anonymous.post('/v1/auth/sign-in/email', ADMIN, forwarded);
    const [secure] = https.headers.getSetCookie();
    expect(secure).toMatch(/^__Secure-.*; Secure/i);
    const client = new RestClient(node.url, secure?.split(';')[0] ?? null);
    expect((await client.get('/v1/me')).status).toBe(200);
  });

  it('after ten wrong passwords for one person, that person waits', async () => {
    const email = 'victim@example.com';
    await admin.post('/v1/people', { email, name: 'V', role: 'viewer', password: 'the right one' });
    const attempt = (password: string) =>
      node.anonymous.post('/v1/auth/sign-in/email', { email, password });
    for (let i = 0; i < 10; i += 1) expect((await attempt('a wrong one')).status).toBe(401);
    expect(await attempt('the right one')).toMatchObject({
      status: 429,
      body: { code: 'too_many_requests', retryAfterMs: expect.any(Number) as number },
    });
    await node.anonymous.signIn(ADMIN.email, ADMIN.password);
  });
});

describe('a page of another site', () => {
  it('changes nothing with our cookie', async () => {
    const path = `${PRODUCTION}/breakers/stripe/mode`;
    const body = { mode: 'auto', reason: 'test' };
    const sent = (headers: Record<string, string>) => admin.post(path, body, headers);
    const crossOrigin = { status: 403, body: { code: 'cross_origin' } };
    expect(await sent({ origin: 'https://evil.example' })).toMatchObject(crossOrigin);
    expect(await sent({ origin: 'null' })).toMatchObject(crossOrigin);
    expect(await sent({ 'sec-fetch-site': 'cross-site' })).toMatchObject(crossOrigin);
    const signIn = await node.anonymous.post('/v1/auth/sign-in/email', ADMIN, {
      origin: 'https://evil.example',
    });
    expect(signIn).toMatchObject(crossOrigin);
    const same = { origin: node.url, 'sec-fetch-site': 'same-origin' };
    expect((await sent(same)).status).not.toBe(403);
  });
});

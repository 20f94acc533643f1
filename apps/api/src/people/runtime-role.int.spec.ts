import { prepareBackbone } from '@recloser/backbone';
import { migrate } from '@recloser/db';
import type { CreatedToken, CreatedTrigger } from '@recloser/protocol';
import { testPostgres, type TestServer } from '@recloser/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, startTestNode, type TestNode } from '../testing/harness.js';
import { PRODUCTION } from '../testing/prepare.js';

const role = `runtime_${Math.random().toString(36).slice(2)}`;
let server: TestServer;
let node: TestNode;

beforeAll(async () => {
  server = await testPostgres();
  const url = new URL(server.url);
  url.username = role;
  url.password = 'secret';
  await migrate(server.url, { runtimeUrl: url.href });
  await prepareBackbone(server.url, { runtimeUrl: url.href });
  node = await startTestNode(url.href);
});

afterAll(async () => {
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
});

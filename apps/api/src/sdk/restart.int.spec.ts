import { SDK_PROTOCOL_VERSION } from '@recloser/protocol';
import { testPostgres, type TestServer } from '@recloser/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, startTestNode } from '../testing/harness.js';
import { PRODUCTION, migrated } from '../testing/prepare.js';
import { TestSocket } from '../testing/test-socket.js';

let postgres: TestServer;

beforeAll(async () => {
  postgres = await testPostgres(migrated);
});

afterAll(() => postgres.close());

const hello = (more: object = {}) => ({
  t: 'hello',
  v: SDK_PROTOCOL_VERSION,
  instance: { id: 'instance-1', service: 'checkout', sdk: 'test/1' },
  ...more,
});

describe('the first start', () => {
  it('makes an administrator with a password that is told once', async () => {
    const fresh = await testPostgres(migrated);
    const admin = { email: 'Boss@Example.com', password: null };
    const first = await startTestNode(fresh.url, { admin });
    try {
      const { adminPassword } = first;
      expect(adminPassword).toMatch(/^[\w-]{16}$/);
      const boss = await first.anonymous.signIn('boss@example.com', adminPassword ?? '');
      expect((await boss.get('/v1/me')).body).toMatchObject({ user: { role: 'admin' } });
      const again = await startTestNode(fresh.url, { admin });
      expect(again.adminPassword).toBeNull();
      await again.stop();
    } finally {
      await first.stop();
      await fresh.close();
    }
  });
});

describe('a node that stops', () => {
  it('says goodbye, and its successor resumes where it was', async () => {
    const first = await startTestNode(postgres.url);
    const admin = await first.anonymous.signIn(ADMIN.email, ADMIN.password);
    await admin.post(`${PRODUCTION}/breakers`, { key: 'stripe', reason: 'test' });
    const { body } = await admin.post(`${PRODUCTION}/keys`, { name: 'test' });
    const authorization = `Bearer ${(body as { key: string }).key}`;
    const socket = await TestSocket.open(`${first.url}/v1/sdk`, { authorization });
    socket.send(hello());
    const { epoch, seq } = await socket.next('full');

    const stopped = first.stop();
    expect(await socket.next('goodbye')).toMatchObject({ withinMs: 200 });
    await expect(TestSocket.open(`${first.url}/v1/sdk`, { authorization })).rejects.toBeTruthy();
    expect(await socket.closed).toMatchObject({ code: 1001 });
    await stopped;

    const second = await startTestNode(postgres.url);
    try {
      expect(second.adminPassword).toBeNull();
      const again = second.anonymous.signIn(ADMIN.email, ADMIN.password);
      const trip = await (
        await again
      ).post(`${PRODUCTION}/breakers/stripe/trip`, { reason: 'test' });
      expect(trip.status).toBe(200);
      const resumed = await TestSocket.open(`${second.url}/v1/sdk`, { authorization });
      resumed.send(hello({ resume: { epoch, seq } }));
      expect(await resumed.next('delta')).toMatchObject({
        epoch,
        from: seq,
        breakers: [{ key: 'stripe', state: 'open' }],
      });
      resumed.kill();
    } finally {
      await second.stop();
    }
  });
});

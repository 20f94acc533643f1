import { SDK_PROTOCOL_VERSION } from '@recloser/protocol';
import { testPostgres, type TestServer } from '@recloser/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ADMIN, startTestNode, type TestNode } from '../testing/harness.js';
import { PRODUCTION, migrated } from '../testing/prepare.js';
import { TestSocket } from '../testing/test-socket.js';

let postgres: TestServer;
let node: TestNode;
let raw: pg.Pool;

beforeAll(async () => {
  postgres = await testPostgres(migrated);
  node = await startTestNode(postgres.url);
  raw = new pg.Pool({ connectionString: postgres.url, max: 1 });
});

afterAll(async () => {
  await raw.end();
  await node.stop();
  await postgres.close();
});

/** Has the database forget everything after now, as a failover that lost its tail does. */
async function remember(): Promise<() => Promise<void>> {
  const tables = ['environment', 'breaker_state', 'change', 'audit_event', 'audit_chain'];
  // A restore knows no triggers.
  for (const table of tables) await raw.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
  for (const table of tables) await raw.query(`CREATE TABLE kept_${table} AS TABLE ${table}`);
  return async () => {
    const lost = tables.map(
      (table) => `DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM kept_${table};`,
    );
    await raw.query(
      `BEGIN; SET LOCAL session_replication_role = replica; ${lost.join('\n')} COMMIT`,
    );
  };
}

it('SDKs are given what the database has, under a new epoch, when it has lost what they got', async () => {
  const admin = await node.anonymous.signIn(ADMIN.email, ADMIN.password);
  await admin.post(`${PRODUCTION}/breakers`, { key: 'stripe', reason: 'test' });
  const { body } = await admin.post(`${PRODUCTION}/keys`, { name: 'test' });
  const authorization = `Bearer ${(body as { key: string }).key}`;
  const socket = await TestSocket.open(`${node.url}/v1/sdk`, { authorization });
  const instance = { id: 'instance-1', service: 'checkout', sdk: 'test/1' };
  socket.send({ t: 'hello', v: SDK_PROTOCOL_VERSION, instance });
  const first = await socket.next('full');
  const goBack = await remember();
  await admin.post(`${PRODUCTION}/breakers/stripe/trip`, { reason: 'test' });
  expect(await socket.next('delta')).toMatchObject({ breakers: [{ state: 'open' }] });

  await goBack();
  const after = await socket.next('full');
  expect(after).toMatchObject({
    seq: first['seq'],
    breakers: [{ key: 'stripe', state: 'closed' }],
  });
  expect(after['epoch']).not.toBe(first['epoch']);
  const audit = await admin.get('/v1/audit?limit=5');
  const [newest] = (audit.body as { items: unknown[] }).items;
  expect(newest).toMatchObject({
    action: 'environment.renew_epoch',
    actor: { kind: 'system' },
    before: { epoch: first['epoch'] },
    after: { epoch: after['epoch'] },
  });
  // What is decided from now on reaches them.
  await admin.post(`${PRODUCTION}/breakers/stripe/trip`, { reason: 'again' });
  expect(await socket.next('delta')).toMatchObject({
    epoch: after['epoch'],
    breakers: [{ state: 'open' }],
  });
  socket.kill();
});

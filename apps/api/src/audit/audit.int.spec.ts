import { auditPageSchema } from '@recloser/protocol';
import { testPostgres, type TestServer } from '@recloser/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, startTestNode, type TestNode } from '../testing/harness.js';
import { PRODUCTION, migrated } from '../testing/prepare.js';
import type { RestClient } from '../testing/rest-client.js';

let postgres: TestServer;
let node: TestNode;
let admin: RestClient;
const reason = 'says "no",\nthen hangs';

beforeAll(async () => {
  postgres = await testPostgres(migrated);
  node = await startTestNode(postgres.url);
  admin = await node.anonymous.signIn(ADMIN.email, ADMIN.password);
  for (const key of ['stripe', 'mail']) {
    await admin.post(`${PRODUCTION}/breakers`, { key, reason: 'test' });
    await admin.post(`${PRODUCTION}/breakers/${key}/trip`, { reason });
  }
});

afterAll(async () => {
  await node.stop();
  await postgres.close();
});

const list = async (query: string) =>
  auditPageSchema.parse((await admin.get(`${PRODUCTION}/audit?${query}`)).body);

describe('the audit log', () => {
  it('is filtered and paged, the newest first', async () => {
    const stripe = await list('breaker=stripe');
    expect(stripe.items.map(({ action }) => action)).toEqual(['breaker.trip', 'breaker.create']);
    expect((await list('action=breaker.trip')).items).toHaveLength(2);
    expect((await list('action=breaker&actor=admin')).items).toHaveLength(4);
    expect((await list('actor=nobody')).items).toHaveLength(0);
    const first = await list('limit=3');
    expect(first.items).toHaveLength(3);
    const rest = await list(`limit=3&cursor=${first.nextCursor ?? ''}`);
    const ids = [...first.items, ...rest.items].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(await admin.get(`${PRODUCTION}/audit?from=yesterday`)).toMatchObject({ status: 400 });
  });

  it('has each event with before, after and evidence', async () => {
    const [trip] = (await list('breaker=stripe')).items;
    const read = await admin.get(`${PRODUCTION}/audit/${trip?.id ?? ''}`);
    expect(read.body).toMatchObject({
      reason,
      before: { state: { kind: 'closed' } },
      after: { state: { kind: 'open' } },
      evidence: { cause: 'command' },
    });
    expect((await admin.get(`${PRODUCTION}/audit/nobody`)).status).toBe(404);
  });

  it('is exported whole, as JSON lines and as CSV', async () => {
    const jsonl = await admin.get(`${PRODUCTION}/audit/export?format=jsonl`);
    expect(jsonl.headers.get('content-disposition')).toContain(
      'recloser-audit-default-production.jsonl',
    );
    const lines = String(jsonl.body).trim().split('\n');
    const events = lines.map(
      (line) => JSON.parse(line) as { chainSeq: number; hash: string; prevHash: string },
    );
    expect(events.map(({ chainSeq }) => chainSeq)).toEqual(events.map((_, index) => index + 1));
    for (const [index, event] of events.entries()) {
      if (index > 0) expect(event.prevHash).toBe(events[index - 1]?.hash);
    }
    const csv = await admin.get(`${PRODUCTION}/audit/export?format=csv&breaker=mail`);
    expect(csv.headers.get('content-type')).toContain('text/csv');
    expect(String(csv.body)).toContain('"says ""no"",\nthen hangs"');
    expect((await admin.get(`${PRODUCTION}/audit/export?format=xml`)).status).toBe(400);
  });

  it('of what belongs to no environment is another, for admins', async () => {
    const wrong = node.anonymous.signIn(ADMIN.email, 'not this one');
    await expect(wrong).rejects.toThrow();
    await admin.post(`${PRODUCTION}/keys`, { name: 'ci' });
    const system = async (query: string) =>
      auditPageSchema.parse((await admin.get(`/v1/audit?${query}`)).body).items;
    const [refused] = await system('action=auth.refused');
    expect(refused).toMatchObject({ actor: { name: ADMIN.email } });
    const [made] = await system('action=key');
    expect((await admin.get(`/v1/audit/${made?.id ?? ''}`)).body).toMatchObject({
      action: 'key.create',
      after: { name: 'ci' },
    });
    expect((await admin.get(`${PRODUCTION}/audit/${made?.id ?? ''}`)).status).toBe(404);
    const file = await admin.get('/v1/audit/export?format=jsonl&action=key');
    expect(file.headers.get('content-disposition')).toContain('recloser-audit-system.jsonl');
    expect(String(file.body)).toContain('"key.create"');
    expect((await list('action=key')).items).toEqual([]);
  });

  it('verifies', async () => {
    const { body } = await admin.get(`${PRODUCTION}/audit/verify`);
    expect(body).toMatchObject({ ok: true, checked: expect.any(Number) as number });
  });
});

import { DEFAULT_POLICY } from '@recloser/core';
import { testPostgres, type TestServer } from '@recloser/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, startTestNode, type TestNode } from '../testing/harness.js';
import { PRODUCTION, migrated } from '../testing/prepare.js';

let server: TestServer;
let node: TestNode;

beforeAll(async () => {
  server = await testPostgres(migrated);
  node = await startTestNode(server.url);
});
afterAll(async () => {
  await node.stop();
  await server.close();
});

describe('a policy that admits by the last digit', () => {
  const recovery = { ...DEFAULT_POLICY.recovery, cohort: 'suffix' };
  const policy = { ...DEFAULT_POLICY, recovery };
  const warnings = [expect.stringContaining('the first 3 of 4 steps admit nobody') as unknown];

  it('is warned of in the answer that saves it and in the preview of a file', async () => {
    const admin = await node.anonymous.signIn(ADMIN.email, ADMIN.password);
    const reason = 'test';
    const made = await admin.post(`${PRODUCTION}/breakers`, { key: 'a', policy, reason });
    expect(made).toMatchObject({ status: 201, body: { warnings } });
    const clauses = [{ attribute: 'accountId', operator: 'in', values: ['17', '4711', '42'] }];
    await admin.post(`${PRODUCTION}/segments`, { key: 'vips', clauses, reason });
    const rule = { id: 'r', when: 'always', clauses, effect: { kind: 'admit' } };
    const seen = await admin.post(`${PRODUCTION}/breakers`, {
      key: 'e',
      policy,
      rules: [rule],
      reason,
    });
    const words = 'Of the 6 values of "accountId" that rules and segments name, all end';
    expect(seen.body).toMatchObject({ warnings: [expect.stringContaining(words) as unknown] });
    expect(await admin.get(`${PRODUCTION}/breakers/e/cohort-keys`)).toMatchObject({
      body: { attribute: 'accountId', letters: 0, digits: 6, others: 0 },
    });
    const plain = await admin.post(`${PRODUCTION}/breakers`, { key: 'b', reason });
    expect(plain.body).not.toHaveProperty('warnings');
    const document =
      'recloser: 1\nbreakers:\n  c: { policy: { recovery: { cohort: suffix } } }\n  d: {}\n';
    const preview = await admin.post(`${PRODUCTION}/import?dryRun=true`, { document, reason });
    expect(preview).toMatchObject({ status: 200 });
    const { items } = preview.body as { items: { key: string; warnings?: string[] }[] };
    expect(items.find(({ key }) => key === 'c')?.warnings).toEqual(warnings);
    expect(items.find(({ key }) => key === 'd')).not.toHaveProperty('warnings');
  });
});

import { testPostgres, type TestServer } from '@recloser/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ADMIN, startTestNode, type TestNode } from '../testing/harness.js';
import { PRODUCTION, migrated } from '../testing/prepare.js';
import type { RestClient } from '../testing/rest-client.js';

const BREAKERS = 100;

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

it('a hundred breakers that are opened by hand at once are all opened, each with a seq of its own', async () => {
  const keys = Array.from({ length: BREAKERS }, (_, i) => `bulk-${i}`);
  for (const key of keys) {
    const { status } = await admin.post(`${PRODUCTION}/breakers`, { key, reason: 'test' });
    expect(status).toBe(201);
  }
  const answers = await Promise.all(
    keys.map((key) => admin.post(`${PRODUCTION}/breakers/${key}/trip`, { reason: 'test' })),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  const seqs = answers.map(({ body }) => (body as { seq: number }).seq);
  expect(new Set(seqs).size).toBe(BREAKERS);
  expect(Math.max(...seqs) - Math.min(...seqs)).toBe(BREAKERS - 1);
});

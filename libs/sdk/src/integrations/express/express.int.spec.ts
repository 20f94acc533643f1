import express from 'express';
import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import { listening } from '../../http.fake.js';
import { TestControlPlane } from '../../testing/control-plane.js';
import { recloserContext } from '../../entries/express.js';

it('gives each request its context, behind a body parser and after an await', async () => {
  const plane = new TestControlPlane();
  plane.admit('half', 50);
  const recloser = plane.connect();
  const half = recloser.breaker('half');
  const app = express();
  app.use(recloserContext(recloser, (request) => contextOf(request.get('x-account'))));
  app.use(express.json());
  app.post('/', async (_request, response) => {
    await Promise.resolve();
    response.json({ bucket: half.decide().bucket });
  });
  const server = await listening(createServer(app));
  const bucketOf = async (account?: string): Promise<unknown> => {
    const headers = {
      'content-type': 'application/json',
      ...(account && { 'x-account': account }),
    };
    const body = JSON.stringify({ some: 'x'.repeat(10_000) });
    const response = await fetch(server.url, { method: 'POST', headers, body });
    expect(response.status).toBe(200);
    return ((await response.json()) as { bucket: unknown }).bucket;
  };
  const accounts = Array.from({ length: 20 }, (_, i) => `u${i}`);
  const buckets = await Promise.all(accounts.map((account) => bucketOf(account)));
  expect(buckets).toEqual(accounts.map((accountId) => half.decide({ accountId }).bucket));
  // Nobody is asking, and reading the context fails: the request goes on all the same.
  await bucketOf();
  await bucketOf('boom');
  await server.close();
  await plane.end();
});

it('answers 503 while nobody may pass, and 504 when no answer came in time', async () => {
  const plane = new TestControlPlane();
  plane.open('down');
  const recloser = plane.connect();
  const down = recloser.breaker('down');
  const slow = recloser.breaker('slow', { timeoutMs: 20 });
  const app = express();
  app.get('/down', async (_request, response) => {
    response.json(await down.protect(() => 'up'));
  });
  app.get('/slow', async (_request, response) => {
    response.json(await slow.protect(() => new Promise(() => undefined)));
  });
  app.set('env', 'test');
  const server = await listening(createServer(app));
  expect((await fetch(`${server.url}/down`)).status).toBe(503);
  const late = fetch(`${server.url}/slow`);
  let status: number | undefined;
  void late.then((response) => (status = response.status));
  for (let turn = 0; status === undefined && turn < 1_000; turn += 1) await plane.pass(30);
  expect(status).toBe(504);
  await server.close();
  await plane.end();
});

function contextOf(account: string | undefined): { readonly accountId: string } | undefined {
  if (account === 'boom') throw new Error('no such account');
  return account === undefined ? undefined : { accountId: account };
}

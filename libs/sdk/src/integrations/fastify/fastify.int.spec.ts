import fastify, { type FastifyInstance } from 'fastify';
import { describe, expect, it } from 'vitest';
import { type Recloser } from '../../recloser.js';
import { TestControlPlane } from '../../testing/control-plane.js';
import { recloserFastify, type RecloserFastifyOptions } from '../../entries/fastify.js';

async function serve(
  recloser: Recloser,
  hook?: NonNullable<RecloserFastifyOptions['hook']>,
): Promise<{ readonly app: FastifyInstance; readonly url: string }> {
  const half = recloser.breaker('half');
  const app = fastify();
  await app.register(recloserFastify, {
    recloser,
    context: ({ headers }) => {
      const accountId = headers['x-account'];
      if (accountId === 'boom') throw new Error('no such account');
      return typeof accountId === 'string' ? { accountId } : undefined;
    },
    ...(hook === undefined ? {} : { hook }),
  });
  app.post('/', async () => {
    await Promise.resolve();
    return { bucket: half.decide().bucket };
  });
  app.get('/down', () => half.protect(() => 'up'));
  return { app, url: await app.listen({ host: '127.0.0.1', port: 0 }) };
}

describe('recloserFastify', () => {
  it.each([undefined, 'onRequest', 'preValidation', 'preHandler'] as const)(
    'gives each request its context from the hook on: %s',
    async (hook) => {
      const plane = new TestControlPlane();
      plane.admit('half', 50);
      const recloser = plane.connect();
      const { app, url } = await serve(recloser, hook);
      const ask = async (account?: string): Promise<unknown> => {
        const headers = {
          'content-type': 'application/json',
          ...(account && { 'x-account': account }),
        };
        const response = await fetch(url, { method: 'POST', headers, body: '{"a":1}' });
        expect(response.status).toBe(200);
        return ((await response.json()) as { bucket: unknown }).bucket;
      };
      const accounts = Array.from({ length: 20 }, (_, i) => `u${i}`);
      const half = recloser.breaker('half');
      await expect(Promise.all(accounts.map((account) => ask(account)))).resolves.toEqual(
        accounts.map((accountId) => half.decide({ accountId }).bucket),
      );
      await ask();
      await ask('boom');
      await app.close();
      await plane.end();
    },
  );

  it('lets a call that may not pass be answered with 503', async () => {
    const plane = new TestControlPlane();
    plane.open('half');
    const recloser = plane.connect();
    const { app, url } = await serve(recloser);
    expect((await fetch(`${url}/down`)).status).toBe(503);
    await app.close();
    await plane.end();
  });
});

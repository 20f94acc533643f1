import { testRedis, type TestServer } from '@recloser/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectBackbone } from '../connect.js';
import type { Backbone } from '../ports.js';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const opened: Backbone[] = [];
let redis: TestServer;

beforeAll(async () => {
  redis = await testRedis();
});

afterAll(async () => {
  await Promise.all(opened.map((backbone) => backbone.close()));
  await redis.close();
});

async function connect(id: string, redisNamespace?: string): Promise<void> {
  const installation = () => Promise.resolve(id);
  const options = { databaseUrl: '', redisUrl: redis.url, name: 'test', log };
  opened.push(await connectBackbone({ ...options, redisNamespace, installation }));
}

it('a second installation on one Redis is refused, unless it has a namespace of its own', async () => {
  await connect('one');
  await connect('one');
  await expect(connect('two')).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('REDIS_NAMESPACE') as string,
  });
  await connect('two', 'second');
  const client = new Redis(redis.url);
  try {
    await client.flushall();
    await expect.poll(() => client.get('{recloser}:installation'), { timeout: 60_000 }).toBe('one');
    await expect(connect('two')).rejects.toMatchObject({ code: 'unavailable' });
  } finally {
    client.disconnect();
  }
});

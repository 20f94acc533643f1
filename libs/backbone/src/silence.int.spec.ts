import { tcpProxy, testPostgres, testRedis, type TcpProxy } from '@recloser/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { connectBackbone } from './connect.js';
import type { Backbone } from './ports.js';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

const closing: (() => Promise<void>)[] = [];
let urls: { readonly databaseUrl: string; readonly redisUrl: string };

beforeAll(async () => {
  const [postgres, redis] = await Promise.all([testPostgres(), testRedis()]);
  urls = { databaseUrl: postgres.url, redisUrl: redis.url };
  closing.push(
    () => postgres.close(),
    () => redis.close(),
  );
});

afterAll(async () => {
  for (const close of closing) await close();
});

async function behind(url: string): Promise<{ proxy: TcpProxy; url: string }> {
  const through = new URL(url);
  const proxy = await tcpProxy(Number(through.port));
  through.hostname = '127.0.0.1';
  through.port = String(proxy.port);
  return { proxy, url: through.href };
}

/** Resolves with the time that it took until `work` succeeded. */
async function untilWorks(work: () => Promise<unknown>, withinMs: number): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    const ok = await work().then(
      () => true,
      () => false,
    );
    const took = performance.now() - startedAt;
    if (ok) return took;
    if (took > withinMs) throw new Error(`it does not work ${Math.round(took)} ms later`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe.each(['postgres', 'redis'] as const)(
  'connections to %s that die without a word',
  (kind) => {
    it('are given up and made again, for signals and for jobs', async () => {
      const { databaseUrl, redisUrl } = urls;
      const { proxy, url } = await behind(kind === 'redis' ? redisUrl : databaseUrl);
      const backbone: Backbone = await connectBackbone({
        databaseUrl: kind === 'redis' ? databaseUrl : url,
        ...(kind === 'redis' ? { redisUrl: url } : {}),
        name: 'silence',
        log,
      });
      let runs = 0;
      try {
        await backbone.queues.process({
          notify: () => {
            runs += 1;
            return Promise.resolve();
          },
        });
        await backbone.queues.every('notify', 250);
        await untilWorks(
          () => (runs > 1 ? Promise.resolve() : Promise.reject(new Error())),
          60_000,
        );
        proxy.freeze();
        await untilWorks(() => backbone.signals.now(), 60_000);
        const before = runs;
        const more = () => (runs > before + 1 ? Promise.resolve() : Promise.reject(new Error()));
        await untilWorks(more, 60_000);
      } finally {
        await backbone.close();
        await proxy.close();
      }
    });
  },
);

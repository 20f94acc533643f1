import { afterEach, describe, expect, it } from 'vitest';
import { Health } from './health.js';
import { serveHealth, type HealthServer } from './health-server.js';
import { createMetrics } from './metrics.js';

let server: HealthServer | null = null;
afterEach(async () => {
  await server?.close();
  server = null;
});

async function start(health: Health, metricsToken: string | null) {
  const metrics = createMetrics('test');
  server = await serveHealth({ host: '127.0.0.1', port: 0, health, metrics, metricsToken });
  const base = `http://127.0.0.1:${server.port}`;
  return (path: string, headers: Record<string, string> = {}) => fetch(base + path, { headers });
}

describe('serveHealth', () => {
  it('is live always, and ready when every check passes', async () => {
    let broken = true;
    const health = new Health(20);
    health.add('store', () => {
      if (broken) throw new Error('connection refused');
    });
    health.add('slow', () => (broken ? new Promise(() => undefined) : undefined));
    const get = await start(health, null);
    expect((await get('/health/live')).status).toBe(200);
    const failing = await get('/health/ready');
    expect(failing.status).toBe(503);
    expect(await failing.json()).toEqual({
      status: 'failing',
      checks: {
        store: { ok: false, error: 'connection refused' },
        slow: { ok: false, error: 'no answer within 20 ms' },
      },
    });
    broken = false;
    expect((await get('/health/ready')).status).toBe(200);
  });

  it('shows metrics only with the token, and none without one', async () => {
    const get = await start(new Health(), 'secret');
    expect((await get('/metrics')).status).toBe(401);
    expect((await get('/metrics', { authorization: 'Bearer wrong' })).status).toBe(401);
    const good = await get('/metrics', { authorization: 'Bearer secret' });
    expect(await good.text()).toContain('recloser_process_cpu_seconds_total');
    await server?.close();
    const without = await start(new Health(), null);
    expect((await without('/metrics', { authorization: 'Bearer secret' })).status).toBe(404);
  });
});

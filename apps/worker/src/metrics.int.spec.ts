import { connectBackbone } from '@recloser/backbone';
import { createDatabase } from '@recloser/db';
import { createLog } from '@recloser/server';
import { testPostgres } from '@recloser/testing';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { FleetOfFour, HASTY_POLICY, MIGRATED } from './testing/fleet.js';

const PERSON = { kind: 'user', id: 'u1', name: 'Ada' } as const;
const METRICS_TOKEN = 'a-token-of-this-test-alone';
const MAIN = join(import.meta.dirname, '..', 'dist', 'main.js');

/** A worker in a process of its own, as it runs for users. */
async function startWorker(databaseUrl: string) {
  const env = { ...process.env, DATABASE_URL: databaseUrl, METRICS_TOKEN, LOG_LEVEL: 'info' };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let port: number | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    port = (JSON.parse(line) as { healthPort?: number }).healthPort;
    if (port !== undefined) break;
  }
  child.stdout.resume();
  const url = `http://127.0.0.1:${port}/metrics`;
  return {
    scrape: async () =>
      (await fetch(url, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })).text(),
    stop: async () => {
      if (child.exitCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    },
  };
}

it('a scrape of a worker tells why breakers moved, and how late evaluations and jobs were', async () => {
  const server = await testPostgres(MIGRATED);
  const log = createLog({ name: 'test', level: 'silent' });
  const database = createDatabase(server.url);
  const backbone = await connectBackbone({ databaseUrl: server.url, name: 'test', log });
  const worker = await startWorker(server.url);
  try {
    await database.environments.seedDefaults();
    const { id } = await database.environments.find('default', 'production');
    const settings = { mode: 'auto', policy: HASTY_POLICY, reason: 'test' } as const;
    await database.breakers.create(id, PERSON, { key: 'stripe', ...settings });
    const fleet = new FleetOfFour(backbone, id, 'stripe');
    const opened =
      /^recloser_breaker_transitions_total\{project="default",environment="production",breaker="stripe",cause="excess_failures",service="worker"\} 1$/m;
    await expect
      .poll(
        async () => {
          await fleet.report(1, 0, 80);
          return worker.scrape();
        },
        { timeout: 60_000, interval: 200 },
      )
      .toMatch(opened);
    const text = await worker.scrape();
    expect(text).toMatch(/^recloser_evaluation_lag_seconds_count\{service="worker"\} [1-9]/m);
    expect(text).toMatch(
      /^recloser_job_lag_seconds_count\{service="worker",job="retention"\} [1-9]/m,
    );
  } finally {
    await worker.stop();
    await backbone.close();
    await database.close();
    await server.close();
  }
}, 120_000);

import { connectBackbone } from '@recloser/backbone';
import { createDatabase } from '@recloser/db';
import { startPlatform, withClient } from '@recloser/platform';
import { createLog } from '@recloser/server';
import { expect, it } from 'vitest';
import { FleetOfFour, HASTY_POLICY } from './testing/fleet.js';

const SYSTEM = { kind: 'system', id: null, name: 'test' } as const;
const ROUNDS = 15;

it(
  'API and workers outlive the loss of every database connection, at any moment, and go on deciding',
  { timeout: 180_000 },
  async () => {
    const platform = await startPlatform({
      ephemeral: true,
      web: false,
      workers: 1,
      port: 0,
      log: () => undefined,
    });
    const log = createLog({ name: 'test', level: 'silent' });
    const options = { applicationName: 'test:parts' };
    const database = createDatabase(platform.databaseUrl, options);
    const backbone = await connectBackbone({
      databaseUrl: platform.databaseUrl,
      name: 'test',
      log,
    });
    const pids = () => ['api', 'worker-1'].map((name) => platform.pid(name));
    const before = pids();
    try {
      const { id } = await database.environments.find('default', 'production');
      const fleets: FleetOfFour[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const key = `breaker-${round}`;
        const input = { key, mode: 'auto', policy: HASTY_POLICY, reason: 'test' } as const;
        await database.breakers.create(id, SYSTEM, input);
        fleets.push(new FleetOfFour(backbone, id, key));
      }
      const terminateAll = () =>
        withClient(platform.adminUrl, (client) =>
          client.query(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
          ),
        );
      // Each breaker trips in a transaction of the worker: connections end before, in and after it.
      for (const fleet of fleets) {
        await fleet.report(1, 0, 80).catch(() => undefined);
        await terminateAll();
      }
      expect(pids()).toEqual(before);
      expect(platform.processes().map(({ restarts }) => restarts)).toEqual([0, 0, 0]);
      const deadline = performance.now() + 150_000;
      for (let open = 0; open < ROUNDS;) {
        for (const fleet of fleets) await fleet.report(1, 0, 80).catch(() => undefined);
        const breakers = await database.states.load(id).catch(() => []);
        open = breakers.filter(({ version }) => version > 1).length;
        if (performance.now() > deadline) throw new Error(`only ${open} of ${ROUNDS} have opened`);
      }
      expect(await database.audit.verify(id)).toMatchObject({ ok: true });
    } finally {
      await backbone.close();
      await database.close();
      await platform.stop();
    }
  },
);

import { connectBackbone } from '@recloser/backbone';
import { createDatabase } from '@recloser/db';
import { startPlatform } from '@recloser/platform';
import { createLog } from '@recloser/server';
import { expect, it } from 'vitest';
import { FleetOfFour, HASTY_POLICY } from './testing/fleet.js';

const SYSTEM = { kind: 'system', id: null, name: 'test' } as const;

it(
  'goes on deciding within two seconds after one of two workers was killed',
  { timeout: 180_000 },
  async () => {
    const platform = await startPlatform({
      ephemeral: true,
      web: false,
      workers: 2,
      port: 0,
      log: () => undefined,
    });
    const log = createLog({ name: 'test', level: 'silent' });
    const database = createDatabase(platform.databaseUrl);
    const backbone = await connectBackbone({
      databaseUrl: platform.databaseUrl,
      name: 'test',
      log,
    });
    try {
      const { id } = await database.environments.find('default', 'production');
      await database.breakers.create(id, SYSTEM, {
        key: 'stripe',
        mode: 'auto',
        policy: HASTY_POLICY,
        reason: 'test',
      });
      const fleet = new FleetOfFour(backbone, id, 'stripe');
      // It may be in the middle of an evaluation, with marks taken and a transaction open.
      await fleet.report(1, 40, 80);
      await platform.halt('worker-1', 'SIGKILL');
      const killedAt = Date.now();
      let kind = 'closed';
      while (kind === 'closed' && Date.now() - killedAt < 60_000) {
        await fleet.report(1, 0, 80);
        const [breaker] = await database.states.load(id, ['stripe']);
        kind = breaker?.state.kind ?? 'gone';
      }
      expect(kind).not.toBe('closed');
      // It took no time-out of what the dead one has left open, the shortest of which is ten seconds.
      expect(Date.now() - killedAt).toBeLessThan(9_000);
    } finally {
      await backbone.close();
      await database.close();
      await platform.stop();
    }
  },
);

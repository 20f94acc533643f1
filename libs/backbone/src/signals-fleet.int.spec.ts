import type { PermitClaim, Presence } from '@recloser/protocol';
import { SIGNAL_TARGETS, type SignalServer } from '@recloser/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SignalStore } from './index.js';

/** What every round says whose permits were claimed. */
const CLAIMED = { lastClaimedAt: expect.any(Number) as number };

describe.each(SIGNAL_TARGETS)('permits, presence and beats on $name', ({ start }) => {
  let server: SignalServer;
  let one: SignalStore;
  let two: SignalStore;
  let environments = 0;
  beforeAll(async () => {
    server = await start();
    one = (await server.connect('one')).signals;
    two = (await server.connect('two')).signals;
  });
  afterAll(() => server.stop());

  const round = (some: Partial<PermitClaim> = {}): PermitClaim => ({
    environmentId: `env-${(environments += 1)}`,
    breaker: 'stripe',
    version: 3,
    round: 1,
    ...some,
  });

  describe('permits', () => {
    it('grants what is left, with ids that say which round', async () => {
      const claim = round();
      expect(await one.claimPermits(claim, 3, 2)).toEqual(['3.1.0', '3.1.1']);
      expect(await two.claimPermits(claim, 3, 2)).toEqual(['3.1.2']);
      expect(await two.claimPermits(claim, 3, 1)).toEqual([]);
      expect(await two.probes(claim)).toEqual({
        ...CLAIMED,
        round: 1,
        claimed: 3,
        succeeded: 0,
        failed: 0,
      });
    });

    it('grants nothing when nothing is wanted', async () => {
      const claim = round();
      expect(await one.claimPermits(claim, 3, 0)).toEqual([]);
      expect(await one.claimPermits(claim, 0, 3)).toEqual([]);
      expect(await one.probes(claim)).toEqual({ round: 1, claimed: 0, succeeded: 0, failed: 0 });
      expect(await one.claimPermits(claim, 3, 9)).toEqual(['3.1.0', '3.1.1', '3.1.2']);
    });

    it('never grants more than the round has, however many ask', async () => {
      const claim = round();
      const asked = Array.from({ length: 40 }, (_, i) =>
        (i % 2 === 0 ? one : two).claimPermits(claim, 7, 2),
      );
      const ids = (await Promise.all(asked)).flat();
      expect([...ids].sort()).toEqual(Array.from({ length: 7 }, (_, i) => `3.1.${i}`));
    });

    it('keeps breakers apart', async () => {
      const claim = round();
      await one.claimPermits(claim, 1, 1);
      expect(await two.claimPermits({ ...claim, breaker: 'paypal' }, 1, 1)).toEqual(['3.1.0']);
      expect(await two.claimPermits({ ...claim, environmentId: 'other' }, 1, 1)).toEqual(['3.1.0']);
    });

    it('starts again with a newer round, and grants an older one nothing', async () => {
      const claim = round();
      await one.claimPermits(claim, 2, 2);
      await one.recordProbe(claim, '3.1.0', { ok: true });
      const next = { ...claim, round: 2 };
      expect(await two.claimPermits(next, 2, 1)).toEqual(['3.2.0']);
      expect(await two.probes(next)).toEqual({
        ...CLAIMED,
        round: 2,
        claimed: 1,
        succeeded: 0,
        failed: 0,
      });
      expect(await one.claimPermits(claim, 5, 5)).toEqual([]);
      expect(await one.probes(claim)).toEqual({ round: 1, claimed: 0, succeeded: 0, failed: 0 });
    });

    it('keeps the rounds of a breaker’s versions apart: each may be a part of the fleet', async () => {
      const claim = round();
      const other = { ...claim, version: 4, round: 0 };
      await one.claimPermits(claim, 2, 2);
      expect(await one.claimPermits(other, 2, 1)).toEqual(['4.0.0']);
      await two.recordProbe(claim, '3.1.1', { ok: true });
      await two.recordProbe(other, '4.0.0', { ok: false });
      expect(await one.probes(claim)).toEqual({
        ...CLAIMED,
        round: 1,
        claimed: 2,
        succeeded: 1,
        failed: 0,
      });
      expect(await two.probes(other)).toEqual({
        ...CLAIMED,
        round: 0,
        claimed: 1,
        succeeded: 0,
        failed: 1,
      });
      expect(await two.claimPermits(claim, 2, 1)).toEqual([]);
    });

    it('records each answer once; what is unknown or of an old round changes nothing', async () => {
      const claim = round();
      await one.claimPermits(claim, 3, 2);
      await Promise.all([
        one.recordProbe(claim, '3.1.0', { ok: true }),
        two.recordProbe(claim, '3.1.0', { ok: true }),
        two.recordProbe(claim, '3.1.0', { ok: false }),
      ]);
      await two.recordProbe(claim, '3.1.1', { ok: false });
      const answered = await one.probes(claim);
      expect(answered.succeeded + answered.failed).toBe(2);
      for (const id of [
        '3.1.2',
        '3.1.3',
        '3.0.0',
        '2.1.0',
        '3.1.',
        '3.1.x',
        '3.1.-1',
        '',
        '3.1.00',
      ]) {
        await one.recordProbe(claim, id, { ok: true });
      }
      await one.recordProbe({ ...claim, round: 0 }, '3.0.0', { ok: true });
      await one.recordProbe({ ...claim, breaker: 'unknown' }, '3.1.0', { ok: true });
      expect(await two.probes(claim)).toEqual(answered);
    });

    it('tells successes from failures and marks the breaker', async () => {
      const claim = round();
      await one.claimPermits(claim, 3, 3);
      await one.takeDirty(1_000);
      await one.recordProbe(claim, '3.1.1', { ok: true });
      expect(await two.takeDirty(10)).toEqual([
        {
          environmentId: claim.environmentId,
          breaker: 'stripe',
          waitedMs: expect.any(Number) as number,
        },
      ]);
      await one.recordProbe(claim, '3.1.0', { ok: true });
      await one.recordProbe(claim, '3.1.2', { ok: false });
      expect(await two.probes(claim)).toEqual({
        ...CLAIMED,
        round: 1,
        claimed: 3,
        succeeded: 2,
        failed: 1,
      });
    });

    it('keeps the longest call that succeeded, and when a permit was claimed last', async () => {
      const claim = round();
      const before = await one.now();
      await one.claimPermits(claim, 3, 2);
      const first = (await two.probes(claim)).lastClaimedAt!;
      expect(first).toBeGreaterThanOrEqual(before);
      await one.recordProbe(claim, '3.1.0', { ok: true, ms: 40.5 });
      await two.recordProbe(claim, '3.1.1', { ok: true, ms: 7 });
      await one.claimPermits(claim, 3, 3);
      await one.recordProbe(claim, '3.1.2', { ok: false, ms: 900 });
      const { slowestMs, lastClaimedAt } = await two.probes(claim);
      expect(slowestMs).toBe(40.5);
      expect(lastClaimedAt).toBeGreaterThanOrEqual(first);
      await one.claimPermits(claim, 3, 1);
      expect(await two.probes(claim)).toMatchObject({ lastClaimedAt });
      const next = { ...claim, round: 2 };
      await two.claimPermits(next, 3, 1);
      expect(await one.probes(next)).not.toHaveProperty('slowestMs');
    });

    it('keeps why one failed, until the next round', async () => {
      const claim = round();
      await one.claimPermits(claim, 3, 3);
      await one.recordProbe(claim, '3.1.0', { ok: true, reason: 'as expected' });
      expect(await two.probes(claim)).not.toHaveProperty('reason');
      await one.recordProbe(claim, '3.1.1', { ok: false, reason: 'x'.repeat(300) });
      await one.recordProbe(claim, '3.1.2', { ok: false });
      const reason = 'x'.repeat(200);
      const answered = { ...CLAIMED, round: 1, claimed: 3, succeeded: 1, failed: 2, reason };
      expect(await two.probes(claim)).toEqual(answered);
      const next = { ...claim, round: 2 };
      await two.claimPermits(next, 3, 1);
      expect(await one.probes(next)).not.toHaveProperty('reason');
    });

    it('outlives pruning while a round goes on', async () => {
      const claim = round();
      await one.claimPermits(claim, 3, 3);
      await two.prune(0);
      expect(await two.claimPermits(claim, 3, 3)).toEqual([]);
    });
  });

  describe('presence', () => {
    const presence = (environmentId: string, hubId: string, some: Partial<Presence>): Presence => ({
      environmentId,
      hubId,
      acked: [],
      behind: [],
      ...some,
    });

    it('adds up the hubs and replaces what one said before', async () => {
      const { environmentId } = round();
      await one.reportPresence(presence(environmentId, 'hub-1', { acked: [[1, 99]] }));
      await one.reportPresence(
        presence(environmentId, 'hub-1', {
          acked: [
            [7, 10],
            [6, 1],
          ],
          behind: [{ instanceId: 'slow', seq: 6 }],
        }),
      );
      await two.reportPresence(
        presence(environmentId, 'hub-2', {
          acked: [
            [8, 4],
            [5, 2],
          ],
          behind: [
            { instanceId: 'slower', seq: 5 },
            { instanceId: 'there', seq: 7 },
          ],
        }),
      );
      expect(await two.acks(environmentId, 7)).toEqual({
        connected: 17,
        applied: 14,
        behind: ['slower', 'slow'],
      });
      expect(await one.acks(environmentId, 9)).toMatchObject({ connected: 17, applied: 0 });
      expect(await one.acks('nobody', 0)).toEqual({ connected: 0, applied: 0, behind: [] });
    });

    it('of a part counts what each hub says of it, and all of a hub that says nothing', async () => {
      const { environmentId } = round();
      const zone = { kind: 'zone', value: 'eu-1a' } as const;
      const inZone = { ...zone, acked: [[7, 3]] as const, behind: [] };
      await one.reportPresence(
        presence(environmentId, 'hub-1', { acked: [[6, 20]], parts: [inZone] }),
      );
      expect(await two.acks(environmentId, 7, zone)).toEqual({
        connected: 3,
        applied: 3,
        behind: [],
      });
      expect(await two.acks(environmentId, 7)).toMatchObject({ connected: 20, applied: 0 });
      const behind = [{ instanceId: 'slow', seq: 6 }];
      await two.reportPresence(presence(environmentId, 'hub-2', { acked: [[6, 5]], behind }));
      expect(await one.acks(environmentId, 7, zone)).toEqual({
        connected: 8,
        applied: 3,
        behind: ['slow'],
      });
    });

    it('names at most 20, those furthest behind', async () => {
      const { environmentId } = round();
      for (const [i, hubId] of ['hub-1', 'hub-2'].entries()) {
        const behind = Array.from({ length: 20 }, (_, n) => ({
          instanceId: `i${2 * n + i}`,
          seq: 2 * n + i,
        }));
        await one.reportPresence(presence(environmentId, hubId, { acked: [[0, 20]], behind }));
      }
      const { behind } = await two.acks(environmentId, 100);
      expect(behind).toEqual(Array.from({ length: 20 }, (_, i) => `i${i}`));
    });

    it('forgets a hub that says nothing for 5 s, and keeps one that does', async () => {
      const { environmentId } = round();
      const started = await one.now();
      await one.reportPresence(presence(environmentId, 'dead', { acked: [[1, 3]] }));
      const alive = async () => {
        await two.reportPresence(presence(environmentId, 'alive', { acked: [[1, 2]] }));
        return (await one.acks(environmentId, 1)).connected;
      };
      expect(await alive()).toBe(5);
      await expect.poll(alive, { timeout: 60_000, interval: 200 }).toBe(2);
      expect((await one.now()) - started).toBeGreaterThanOrEqual(5_000);
    });
  });

  it('tells how long ago any evaluator was deciding, for each environment', async () => {
    await server.loseSignals();
    const age = async (store: SignalStore, environmentId: string) =>
      (await store.heartbeatAges())(environmentId);
    expect(await age(one, 'live')).toBeNull();
    await one.heartbeat(['live', 'dev']);
    const first = await age(two, 'live');
    expect(first).toBeGreaterThanOrEqual(0);
    expect(first).toBeLessThan(60_000);
    await expect.poll(() => age(two, 'live')).toBeGreaterThan(100);
    await two.heartbeat(['dev']);
    expect(await age(one, 'dev')).toBeLessThan((await age(one, 'live')) ?? 0);
    expect(await age(one, 'other')).toBeNull();
    await two.heartbeat([]);
  });
});

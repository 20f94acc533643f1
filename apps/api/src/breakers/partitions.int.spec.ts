import { auditPageSchema, changedBreakerSchema, seriesSchema } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { startFileNode } from '../testing/file-node.js';
import { PRODUCTION } from '../testing/prepare.js';

const { admin } = await startFileNode();

async function created(key: string): Promise<string> {
  await admin.post(`${PRODUCTION}/breakers`, { key, reason: 'test', mode: 'auto' });
  return `${PRODUCTION}/breakers/${key}`;
}
const zone = { kind: 'zone', value: 'eu-1a' };

describe('a part of the fleet', () => {
  it('is opened by hand, is the only one to notice, and comes back', async () => {
    const path = await created('stripe');
    const trip = { scope: zone, reason: 'zone is drained' };
    const tripped = changedBreakerSchema.parse((await admin.post(`${path}/trip`, trip)).body);
    expect(tripped.breaker).toMatchObject({
      state: 'closed',
      version: 1,
      scopes: [
        {
          ...zone,
          state: 'open',
          mode: 'held',
          version: 2,
          actor: 'Administrator',
          reason: trip.reason,
        },
      ],
    });
    const ask = async (instance: object) =>
      (await admin.post(`${path}/try`, { context: { accountId: 'a' }, instance })).body;
    expect(await ask({ zone: 'eu-1a' })).toMatchObject({ admitted: false, scope: zone });
    const elsewhere = await ask({ zone: 'eu-1b' });
    expect(elsewhere).toMatchObject({ admitted: true });
    expect(elsewhere).not.toHaveProperty('scope');

    const restored = await admin.post(`${path}/restore`, { scope: zone, reason: 'back' });
    expect(changedBreakerSchema.parse(restored.body).breaker.scopes).toMatchObject([
      { state: 'probing', version: 3 },
    ]);
    const closed = await admin.post(`${path}/ramp`, {
      action: 'finish',
      scope: zone,
      reason: 'ok',
    });
    expect(changedBreakerSchema.parse(closed.body).breaker).toMatchObject({
      version: 1,
      scopes: [],
    });
    // Its versions are not given a second time.
    const again = changedBreakerSchema.parse((await admin.post(`${path}/trip`, trip)).body);
    expect(again.breaker.scopes[0]?.version).toBe(5);
  });

  it('has exactly one audit row for each change, that names it', async () => {
    const path = await created('audited');
    await admin.post(`${path}/trip`, { scope: zone, reason: 'one' });
    await admin.post(`${path}/restore`, { scope: zone, reason: 'two' });
    const { body } = await admin.get(`${PRODUCTION}/audit?breaker=audited`);
    const rows = auditPageSchema.parse(body).items.filter(({ evidence }) => evidence !== null);
    expect(rows.map(({ action, reason }) => [action, reason])).toEqual([
      ['breaker.restore', 'two'],
      ['breaker.trip', 'one'],
    ]);
    // The chart shows the state of the whole, which has not changed.
    const series = seriesSchema.parse((await admin.get(`${path}/series`)).body);
    expect(series.transitions.map(({ state }) => state)).not.toContain('open');
    expect(rows[1]).toMatchObject({
      before: { scope: zone, state: null },
      after: { scope: zone, version: 2, state: { kind: 'open' } },
      evidence: { scope: zone, summary: 'Zone eu-1a: Opened by hand, until a person restores it.' },
    });
  });

  it('refuses what it cannot do, and says what can be done', async () => {
    const path = await created('strict');
    const post = (name: string, body: object) =>
      admin.post(`${path}/${name}`, { reason: 'test', ...body });
    expect((await post('mode', { mode: 'observe', scope: zone })).body).toMatchObject({
      code: 'scope_not_possible',
    });
    expect((await post('restore', { scope: zone })).body).toMatchObject({ code: 'already_closed' });
    for (const scope of [
      { kind: 'planet', value: 'mars' },
      { kind: 'zone', value: '' },
      { kind: 'zone', value: 'x'.repeat(121) },
      { kind: 'zone' },
      'eu-1a',
    ]) {
      const refused = await post('trip', { scope });
      expect([refused.status, refused.body]).toMatchObject([400, { code: 'invalid_request' }]);
    }
    await post('trip', {});
    expect((await post('ramp', { action: 'start', scope: zone })).body).toMatchObject({
      code: 'scope_not_possible',
    });
  });

  it('stops at 32, and takes the second of two operators for late', async () => {
    const path = await created('many');
    const trip = (value: string, more: object = {}) =>
      admin.post(`${path}/trip`, { scope: { kind: 'instance', value }, reason: 'test', ...more });
    for (let i = 0; i < 32; i += 1) expect((await trip(`node-${i}`)).status).toBe(200);
    expect((await trip('one-more')).body).toMatchObject({ code: 'too_many_scopes' });
    const late = await trip('node-3', { expectedVersion: 1, until: Date.now() + 60_000 });
    expect(late.body).toMatchObject({ code: 'version_conflict' });
    const seen = await trip('node-3', { expectedVersion: 5, until: Date.now() + 60_000 });
    expect(seen.status).toBe(200);
  });
});

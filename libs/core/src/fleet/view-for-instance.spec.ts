import { describe, expect, it } from 'vitest';
import { ADMISSION_ALL } from '../model/admission.js';
import type { BreakerView, PartitionView } from '../model/model.js';
import { viewForInstance, versionFor } from './view-for-instance.js';

const view: BreakerView = {
  key: 'stripe',
  version: 5,
  state: 'closed',
  mode: 'auto',
  admission: ADMISSION_ALL,
  salt: 's',
  cohortKey: 'accountId',
  rules: [],
  call: { timeoutMs: null, stallMs: null, slowMs: null },
  retryAfterMs: null,
};
const scope = (
  kind: PartitionView['kind'],
  value: string,
  version: number,
  more: Partial<PartitionView> = {},
): PartitionView => ({
  kind,
  value,
  version,
  state: 'open',
  mode: 'auto',
  admission: 0,
  retryAfterMs: 900,
  ...more,
});
const me = { instance: 'a-1', service: 'checkout', zone: 'eu-1a', region: 'eu' };

describe('viewForInstance', () => {
  it('is the view itself where no part matches', () => {
    expect(viewForInstance(view, me)).toBe(view);
    const other = { ...view, scopes: [scope('zone', 'us-1a', 6)] };
    expect(viewForInstance(other, me)).toBe(other);
  });

  it('takes the smallest admission and counts under the narrowest part', () => {
    const scopes = [
      scope('instance', 'a-1', 9, { state: 'ramping', admission: 2 ** 28 }),
      scope('zone', 'eu-1a', 6),
    ];
    expect(viewForInstance({ ...view, scopes }, me)).toMatchObject({
      version: 9,
      state: 'open',
      admission: 0,
      retryAfterMs: 900,
      scope: { kind: 'zone', value: 'eu-1a' },
    });
  });

  it('is limited as its part is, or the fleet while that ramps', () => {
    const ramping = { state: 'ramping', admission: 2 ** 28, maxRps: 40 } as const;
    const scopes = [scope('zone', 'eu-1a', 6, ramping)];
    expect(viewForInstance({ ...view, scopes }, me)).toMatchObject({
      state: 'ramping',
      maxRps: 40,
    });
    const both = { ...view, ...ramping, maxRps: 90, scopes };
    expect(viewForInstance(both, me)).toMatchObject({ state: 'ramping', maxRps: 90 });
    const unlimited = [scope('zone', 'eu-1a', 6, { state: 'ramping', admission: 2 ** 28 })];
    expect(viewForInstance({ ...view, scopes: unlimited }, me)).not.toHaveProperty('maxRps');
  });

  it('takes the fleet where it lets fewer in', () => {
    const scopes = [scope('zone', 'eu-1a', 6, { state: 'ramping', admission: 2 ** 31 })];
    const narrowed = viewForInstance({ ...view, state: 'dimmed', admission: 2 ** 30, scopes }, me);
    expect(narrowed).toMatchObject({ version: 6, state: 'dimmed', admission: 2 ** 30 });
    expect(narrowed).not.toHaveProperty('scope');
  });

  it('lets what a person holds go before all that nobody holds', () => {
    const kept = scope('service', 'checkout', 7, {
      mode: 'held',
      state: 'closed',
      admission: ADMISSION_ALL,
    });
    expect(
      viewForInstance({ ...view, scopes: [kept, scope('zone', 'eu-1a', 6)] }, me),
    ).toMatchObject({
      mode: 'held',
      admission: ADMISSION_ALL,
    });
    const open: BreakerView = { ...view, mode: 'held', state: 'open', admission: 0 };
    expect(viewForInstance({ ...open, scopes: [kept] }, me)).toMatchObject({
      admission: 0,
      version: 7,
    });
  });

  it('tells under which version an instance counts', () => {
    const scopes = [scope('instance', 'a-1', 9), scope('zone', 'eu-1a', 6)];
    expect(versionFor({ ...view, scopes }, me)).toBe(9);
    expect(versionFor({ ...view, scopes }, { ...me, instance: 'a-2' })).toBe(6);
    expect(versionFor({ ...view, scopes }, { zone: 'us-1a' })).toBe(5);
  });
});

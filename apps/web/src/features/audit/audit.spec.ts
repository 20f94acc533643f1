import { describe, expect, it } from 'vitest';
import { auditFilterQuery, auditRequest, parseAuditFilter } from './audit-filter';
import { diffOf } from './entry-diff';
import { recordedStateIn } from './entry-state';

describe('filter', () => {
  it('survives the way through the address', () => {
    const filter = {
      log: 'system',
      breaker: 'a b/c',
      actor: 'Ada',
      action: 'ramp',
      since: '24h',
    } as const;
    expect(parseAuditFilter(new URLSearchParams(auditFilterQuery(filter)))).toEqual(filter);
    expect(auditFilterQuery(parseAuditFilter(new URLSearchParams('since=ever')))).toBe('');
  });

  it('asks the API from a beginning in milliseconds', () => {
    const filter = { log: 'system', breaker: '', actor: '', action: '', since: '1h' } as const;
    expect(auditRequest(filter, 3_660_500)).toEqual({ from: 60_000 });
    expect(auditRequest({ ...filter, since: 'all' }, 5)).toEqual({});
  });
});

describe('diffOf', () => {
  it('names every leaf that differs and no other', () => {
    expect(
      diffOf(
        { state: { kind: 'closed', since: 1 }, mode: 'auto', ladder: [2 ** 28, 2 ** 31] },
        { state: { kind: 'open', since: 1, relapses: 0 }, mode: 'auto', ladder: [2 ** 28] },
      ),
    ).toEqual([
      { path: 'state.kind', before: '"closed"', after: '"open"' },
      { path: 'state.relapses', before: null, after: '0' },
      { path: 'ladder', before: '6.25% → 50%', after: '6.25%' },
    ]);
  });

  it('tells moments and admissions as people read them', () => {
    const [changed, admission] = diffOf(
      { changedAt: 1_000, admission: 2 ** 32 },
      { changedAt: 2_000, admission: 0 },
    );
    expect(changed?.after).toBe('1970-01-01T00:00:02.000Z');
    expect(admission).toMatchObject({ before: '100%', after: '0%' });
  });

  it('shows a thing that was made or removed whole', () => {
    expect(diffOf(null, { name: 'ci' })).toEqual([{ path: 'name', before: null, after: '"ci"' }]);
    expect(diffOf({ name: 'ci' }, null)).toEqual([{ path: 'name', before: '"ci"', after: null }]);
    expect(diffOf(null, null)).toEqual([]);
  });
});

describe('recordedStateIn', () => {
  it('finds state, mode and admission in either shape', () => {
    expect(recordedStateIn({ state: 'open', mode: 'held', admission: 0 })).toEqual({
      state: 'open',
      mode: 'held',
      admission: 0,
    });
    expect(recordedStateIn({ state: { kind: 'ramping' }, control: { mode: 'auto' } })).toEqual({
      state: 'ramping',
      mode: 'auto',
      admission: null,
    });
  });

  it('is null for events about other things', () => {
    expect(recordedStateIn({ name: 'key' })).toBeNull();
    expect(recordedStateIn(null)).toBeNull();
    expect(recordedStateIn('open')).toBeNull();
  });
});

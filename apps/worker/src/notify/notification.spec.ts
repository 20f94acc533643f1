import { ADMISSION_ALL } from '@recloser/core';
import type { AuditEntry } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { breakersOf, eventOf, notificationOf, testOf, textOf } from './notification.js';

const ORIGIN = { project: 'shop', environment: 'production', consoleUrl: 'https://r.example.com' };

const standing = (kind: string, mode = 'auto', admission = 0) => ({
  state: { kind },
  control: { mode },
  admission,
});
const entry = (changes: Partial<AuditEntry>): AuditEntry => ({
  id: 'e1',
  chain: 'env',
  chainSeq: 7,
  environmentId: 'env',
  breaker: 'stripe',
  at: 1_700_000_000_000,
  actor: { kind: 'user', id: 'u', name: 'Ada' },
  action: 'transition.fast_window',
  reason: '',
  seq: 1,
  before: standing('closed'),
  after: standing('open'),
  evidence: null,
  outageId: null,
  outageStartedAt: null,
  hash: '',
  prevHash: '',
  ...changes,
});
const OUTAGE = {
  startedAt: 1_700_000_000_000 - 1_500_000,
  cause: 'fast_window',
  summary: '412 of 431 calls failed.',
  actor: null,
  failedRounds: 48,
};
const inOutage = (kind: string) => ({
  ...standing(kind),
  outage: kind === 'closed' ? null : OUTAGE,
});
const moved = (before: string | null, after: string | null) =>
  eventOf(
    entry({
      before: before === null ? { state: null } : standing(before),
      after: after === null ? { state: null } : standing(after),
    }),
  );

describe('eventOf', () => {
  it.each([
    ['closed', 'open', 'opened'],
    ['ramping', 'open', 'opened'],
    ['closed', 'dimmed', 'opened'],
    ['open', 'dimmed', null],
    ['open', 'open', null],
    ['open', 'probing', null],
    ['probing', 'open', null],
    ['probing', 'probing', null],
    ['probing', 'ramping', 'recovering'],
    ['ramping', 'ramping', 'recovering'],
    ['ramping', 'closed', 'closed'],
    ['closed', 'closed', null],
    [null, 'open', 'opened'],
    ['ramping', null, 'closed'],
    [null, null, null],
    ['closed', 'of-a-later-version', null],
  ])('%s to %s is %s', (before, after, event) => {
    expect(moved(before, after)).toBe(event);
  });

  it('is one `opened` and one `closed` for an outage with 1,200 failed probe rounds and a ramp that fell back', () => {
    const round = [
      ['open', 'probing'],
      ['probing', 'open'],
    ] as const;
    const moves = [
      ['closed', 'open'],
      ...Array.from({ length: 1_200 }, () => round).flat(),
      ['open', 'probing'],
      ['probing', 'ramping'],
      ['ramping', 'open'],
      ['open', 'probing'],
      ['probing', 'ramping'],
      ['ramping', 'closed'],
    ] as const;
    const events = moves.map(([from, to]) =>
      eventOf(entry({ before: inOutage(from), after: inOutage(to) })),
    );
    expect(events.filter((event) => event !== null)).toEqual([
      'opened',
      'recovering',
      'recovering',
      'recovering',
      'closed',
    ]);
  });

  it('is nothing for a breaker that only observes', () => {
    expect(eventOf(entry({ after: standing('open', 'observe') }))).toBeNull();
  });

  it.each([
    ['breaker.create', 'edited'],
    ['breaker.edit', 'edited'],
    ['breaker.archive', 'edited'],
    ['breaker.discover', null],
    ['segment.applied', null],
  ])('%s is %s', (action, event) => {
    expect(eventOf(entry({ action, before: null, after: { policy: {} } }))).toBe(event);
    if (event !== null) expect(eventOf(entry({ action, after: standing('closed') }))).toBe(event);
  });

  it('is told of openings that wait, with the breakers that fail at once', () => {
    const hold = { since: 1, until: 2, breakers: ['a', 'b'], active: 3, instances: 4 };
    const summary = '2 of 3 breakers failed at once.';
    const evidence = {
      cause: 'openings_held',
      summary,
      window: null,
      probe: null,
      acks: null,
    } as const;
    const held = entry({
      breaker: null,
      action: 'openings.held',
      actor: { kind: 'system', id: null, name: 'Recloser' },
      before: null,
      after: hold,
      evidence,
    });
    expect(eventOf(held)).toBe('opened');
    expect(breakersOf(held)).toEqual(['a', 'b']);
    const told = notificationOf(held, 'opened', ORIGIN);
    expect(told).toMatchObject({ type: 'environment.openings_held', breaker: null, summary });
    expect(textOf(told)).toMatch(
      /^\[OPENINGS WAIT\] in shop\/production\. 2 of 3 breakers failed at once\./,
    );
  });

  it('is an edit of what belongs to no breaker, too', () => {
    const schedule = { breaker: null, before: null, after: { key: 'sunday' } };
    expect(eventOf(entry({ ...schedule, action: 'schedule.create' }))).toBe('edited');
    expect(eventOf(entry({ ...schedule, action: 'environment.renew_epoch' }))).toBeNull();
  });
});

describe('a notification', () => {
  it('tells where, what, why and who, with a link', () => {
    const event = entry({
      breaker: 'pay ments',
      reason: 'incident 7',
      action: 'ramp.set',
      after: standing('ramping', 'auto', ADMISSION_ALL / 4),
      evidence: {
        cause: 'command',
        summary: 'Ada let in 25%.',
        scope: { kind: 'zone', value: 'eu-1a' },
      } as AuditEntry['evidence'],
    });
    const notification = notificationOf(event, 'recovering', ORIGIN);
    expect(notification).toEqual({
      id: 'e1',
      type: 'breaker.recovering',
      at: '2023-11-14T22:13:20.000Z',
      project: 'shop',
      environment: 'production',
      breaker: 'pay ments',
      part: { kind: 'zone', value: 'eu-1a' },
      state: 'ramping',
      admission: 0.25,
      summary: 'Ada let in 25%.',
      outage: null,
      actor: 'Ada',
      reason: 'incident 7',
      action: 'ramp.set',
      url: 'https://r.example.com/shop/production/audit/e1',
    });
    expect(textOf(notification)).toBe(
      '[RECOVERING] pay ments, zone eu-1a, in shop/production, 25% of the traffic is let in. ' +
        'Ada let in 25%. Ada: “incident 7”\nhttps://r.example.com/shop/production/audit/e1',
    );
  });

  it('speaks of the outage when it ends, and when a ramp falls back', () => {
    const end = entry({
      action: 'transition.step_passed',
      before: inOutage('ramping'),
      after: inOutage('closed'),
    });
    const { outage } = notificationOf(end, 'closed', ORIGIN);
    expect(outage).toEqual({
      startedAt: '2023-11-14T21:48:20.000Z',
      lastedMs: 1_500_000,
      summary: '412 of 431 calls failed.',
      failedProbeRounds: 48,
    });
    const words =
      'Outage since 21:48:20 UTC, 25 min, 48 failed probe rounds. First cause: 412 of 431 calls failed.';
    expect(textOf(notificationOf(end, 'closed', ORIGIN))).toContain(
      `[CLOSED] stripe, in shop/production. ${words}`,
    );
    const fell = entry({ before: inOutage('ramping'), after: inOutage('open') });
    expect(textOf(notificationOf(fell, 'recovering', ORIGIN))).toContain(
      `[OPEN AGAIN] stripe, in shop/production. ${words}`,
    );
  });

  it('cannot call everybody in a chat', () => {
    const text = textOf(notificationOf(entry({ reason: '<!channel> & co' }), 'opened', ORIGIN));
    expect(text).toContain('&lt;!channel&gt; &amp; co');
  });

  it('has no link where nobody said where the console is', () => {
    const nowhere = { ...ORIGIN, consoleUrl: null };
    const { url, ...test } = testOf({ id: 'c', name: 'on call', askedAt: 5 }, nowhere);
    expect(url).toBeNull();
    expect(textOf({ ...test, url })).toBe(
      '[TEST] in shop/production. A test of the channel "on call": notifications arrive here.',
    );
  });
});

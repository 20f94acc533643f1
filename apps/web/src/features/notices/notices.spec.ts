import { describe, expect, it } from 'vitest';
import { breakerIn, CLOSED, OPEN, PROBING } from '../breaker/breaker.fixture';
import { newlyOpen, noticesOn, noticeText } from './notices';

const fleet = (...breakers: ReturnType<typeof breakerIn>[]) =>
  new Map(breakers.map((breaker) => [breaker.key, breaker]));

describe('newlyOpen', () => {
  const closed = breakerIn(CLOSED);
  const open = breakerIn(OPEN, { mode: 'auto' }, { summary: '71 of 82 calls failed.' });

  it('tells of what opened, once', () => {
    expect(newlyOpen(fleet(closed), fleet(open))).toEqual([open]);
    expect(newlyOpen(fleet(open), fleet(open))).toEqual([]);
    expect(noticeText(open)).toEqual({ title: 'stripe: Open', body: '71 of 82 calls failed.' });
  });

  it('is quiet about relapses of an outage, about newcomers and about observers', () => {
    expect(newlyOpen(fleet(breakerIn(PROBING)), fleet(open))).toEqual([]);
    expect(newlyOpen(fleet(), fleet(open))).toEqual([]);
    const observed = breakerIn(OPEN, { mode: 'observe' });
    expect(newlyOpen(fleet(breakerIn(CLOSED, { mode: 'observe' })), fleet(observed))).toEqual([]);
  });
});

it('is off until asked for', () => {
  expect([null, 'on', 'off', 'x'].map(noticesOn)).toEqual([false, true, false, false]);
});

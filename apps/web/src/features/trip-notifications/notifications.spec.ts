import { describe, expect, it } from 'vitest';
import { breakerIn, CLOSED, OPEN, partIn, PROBING } from '../breaker/breaker.fixture';
import { newTrips, notificationsOn, notificationText } from './notifications';

const fleet = (...breakers: ReturnType<typeof breakerIn>[]) =>
  new Map(breakers.map((breaker) => [breaker.key, breaker]));

describe('newTrips', () => {
  const closed = breakerIn(CLOSED);
  const open = breakerIn(OPEN, { mode: 'auto' }, { summary: '71 of 82 calls failed.' });

  it('tells of what opened, once', () => {
    const trip = { breaker: open, parts: [] };
    expect(newTrips(fleet(closed), fleet(open))).toEqual([trip]);
    expect(newTrips(fleet(open), fleet({ ...open }))).toEqual([]);
    expect(notificationText(trip)).toEqual({
      title: 'stripe: Open',
      body: '71 of 82 calls failed.',
    });
  });

  it('is quiet about relapses of an outage, about newcomers and about observers', () => {
    expect(newTrips(fleet(breakerIn(PROBING)), fleet(open))).toEqual([]);
    expect(newTrips(fleet(), fleet(open))).toEqual([]);
    const observed = breakerIn(OPEN, { mode: 'observe' });
    expect(newTrips(fleet(breakerIn(CLOSED, { mode: 'observe' })), fleet(observed))).toEqual([]);
  });

  it('tells of a part that opened, once', () => {
    const part = { ...partIn(OPEN), summary: 'Zone eu-1a: 71 of 82 calls failed.' };
    const partly = { ...closed, scopes: [part] };
    const [trip] = newTrips(fleet(closed), fleet(partly));
    expect(trip).toEqual({ breaker: partly, parts: [part] });
    expect(trip === undefined ? null : notificationText(trip)).toEqual({
      title: 'stripe: 1 part open',
      body: 'Zone eu-1a: 71 of 82 calls failed.',
    });
    expect(newTrips(fleet(partly), fleet({ ...partly }))).toEqual([]);
  });

  it('is quiet about a part that stays open when the rest of the fleet closes', () => {
    const partly = { ...closed, scopes: [partIn(OPEN)] };
    expect(newTrips(fleet(open), fleet(partly))).toEqual([]);
    const probed = { ...closed, scopes: [partIn(PROBING)] };
    expect(newTrips(fleet(probed), fleet(partly))).toEqual([]);
  });
});

it('is off until asked for', () => {
  expect([null, 'on', 'off', 'x'].map(notificationsOn)).toEqual([false, true, false, false]);
});

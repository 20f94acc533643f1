import { describe, expect, it } from 'vitest';
import {
  eventsWords,
  isTestUnderway,
  setAsideWords,
  channelStatusOf,
  testOf,
} from './channel-words';

const NOW = 1_700_000_000_000;
const well = { paused: false, stopped: null, failing: null, lastSentAt: null };

describe('channelStatusOf', () => {
  it('tells when something was sent last', () => {
    expect(channelStatusOf(well, NOW)).toEqual({ kind: 'well', text: 'Nothing sent yet.' });
    const sent = { ...well, lastSentAt: NOW - 180_000 };
    expect(channelStatusOf(sent, NOW)).toEqual({ kind: 'well', text: 'Last sent 3 m ago' });
  });

  it.each([
    [NOW + 40_000, 'Failing for 12 m: 404 Not Found; next try in 40 s'],
    [NOW - 1, 'Failing for 12 m: 404 Not Found; trying again now'],
    [null, 'Failing for 12 m: 404 Not Found'],
  ])('tells why it fails, and what is next at %s', (nextAt, text) => {
    const failing = { since: NOW - 720_000, why: '404 Not Found', nextAt };
    expect(channelStatusOf({ ...well, failing }, NOW)).toEqual({ kind: 'problem', text });
  });

  it('says nothing of failures while it is paused', () => {
    const failing = { since: NOW, why: '404 Not Found', nextAt: null };
    expect(channelStatusOf({ ...well, paused: true, failing }, NOW)).toEqual({
      kind: 'waiting',
      text: 'Paused: nothing is sent.',
    });
  });
});

it('a channel that its receiver stopped says so before that it is paused', () => {
  const stopped = { at: NOW - 60_000, why: '410 Gone' };
  expect(channelStatusOf({ ...well, paused: true, stopped }, NOW)).toEqual({
    kind: 'problem',
    text: 'Stopped 1 m ago: the receiver answered 410 Gone.',
  });
});

it.each([
  [0, null],
  [1, '1 event of this week was not taken and is not sent any more'],
  [7, '7 events of this week were not taken and are not sent any more'],
  [100, '100 or more events of this week were not taken and are not sent any more'],
])('of %d events that were set aside a channel says %s', (setAside, words) => {
  expect(setAsideWords({ setAside })).toBe(words);
});

describe('testOf', () => {
  const test = { requestedAt: NOW - 2_000, doneAt: null, why: null };

  it('says nothing of none', () => {
    expect(testOf({ ...well, test: null }, NOW)).toBeNull();
    expect(isTestUnderway({ test: null })).toBe(false);
  });

  it('waits for a worker, and says so when none is there', () => {
    expect(isTestUnderway({ test })).toBe(true);
    expect(testOf({ ...well, test }, NOW)).toEqual({ kind: 'waiting', text: 'Sending a test…' });
    expect(testOf({ ...well, test }, NOW + 30_000)).toMatchObject({
      kind: 'problem',
      text: 'No worker has sent the test yet. Is one running?',
    });
  });

  it('is over when a message has arrived since', () => {
    const failed = { ...test, doneAt: NOW - 5_000, why: '404 Not Found' };
    expect(testOf({ test: failed, lastSentAt: NOW - 6_000 }, NOW)).not.toBeNull();
    expect(testOf({ test: failed, lastSentAt: NOW }, NOW)).toBeNull();
  });

  it('tells whether it arrived', () => {
    const done = { ...test, doneAt: NOW };
    expect(isTestUnderway({ test: done })).toBe(false);
    expect(testOf({ ...well, test: done }, NOW)).toMatchObject({
      kind: 'well',
      text: 'The test arrived',
    });
    expect(
      testOf({ ...well, test: { ...done, why: '500 Internal Server Error' } }, NOW),
    ).toMatchObject({
      kind: 'problem',
      text: 'The test did not arrive: 500 Internal Server Error',
    });
  });
});

describe('eventsWords', () => {
  it('names them in the order in which they happen', () => {
    expect(eventsWords(['closed', 'opened'])).toBe('opened, closed');
  });
});

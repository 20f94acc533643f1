import { describe, expect, it } from 'vitest';
import {
  ADA,
  ageEvents,
  at,
  breaker,
  channel,
  hurry,
  info,
  rounds,
  trip,
  worker,
} from '../testing/channel-fixture.js';

describe('an event that is never taken', () => {
  const breakers = () => at.received.map(({ body }) => body['breaker']);

  it.each([
    ['refused with 400', 400, 3, '400 Bad Request'],
    ['refused with 422', 422, 3, '422 Unprocessable Entity'],
    ['answered with 500', 500, 6, '500 Internal Server Error'],
    ['answered with 403', 403, 6, '403 Forbidden'],
    ['cut off', 0, 6, 'socket hang up'],
  ])('because it is %s is set aside, in sight, and the next goes on', async (...row) => {
    const [, answer, tries, why] = row;
    const [poison, mail, stripe] = [
      await breaker('poison'),
      await breaker('mail'),
      await breaker('stripe'),
    ];
    const { channel: made } = await channel();
    at.answers = (body) => (body['breaker'] === poison ? answer : 204);
    for (const key of [poison, mail, stripe]) await trip(key);
    await rounds(6);
    expect(breakers().filter((key) => key === poison)).toHaveLength(tries);
    expect(breakers().filter((key) => key !== poison)).toEqual([mail, stripe]);
    expect(await info()).toMatchObject({ failing: null, setAside: 1 });
    expect(await at.database.channels.listSetAside(at.environmentId, made.id)).toMatchObject([
      { breaker: poison, type: 'breaker.opened', tries, why },
    ]);
  });

  it('is not lost when it was the receiver that was away: it has a last try', async () => {
    const [stripe, mail] = [await breaker('stripe'), await breaker('mail')];
    await channel();
    await trip(stripe);
    await trip(mail);
    at.status = 503;
    await rounds(4);
    // It comes back between the fifth try of the first and the look at the second.
    at.answers = () => (at.received.length === 5 ? 503 : 204);
    await rounds(2);
    expect(breakers().slice(5)).toEqual([mail, stripe]);
    expect(await info()).toMatchObject({ failing: null, setAside: 0 });
  });

  it('stays while the receiver takes nothing, however often it is tried', async () => {
    const [stripe, mail] = [await breaker('stripe'), await breaker('mail')];
    await channel();
    await trip(stripe);
    await trip(mail);
    at.status = 404;
    await rounds(8);
    expect(await info()).toMatchObject({ failing: { why: '404 Not Found' }, setAside: 0 });
    at.received = [];
    at.status = 200;
    await rounds(2);
    expect(breakers()).toEqual([stripe, mail]);
  });

  it('for a day is set aside, and says so', async () => {
    const stripe = await breaker('stripe');
    const { channel: made } = await channel();
    await trip(stripe);
    at.status = 503;
    await worker().run();
    await ageEvents();
    await hurry();
    await rounds(1);
    expect(await at.database.channels.listSetAside(at.environmentId, made.id)).toMatchObject([
      {
        breaker: stripe,
        tries: 0,
        why: 'not delivered within a day; last: 503 Service Unavailable',
      },
    ]);
  });

  it('is kept in sight among the latest hundred', async () => {
    const stripe = await breaker('stripe');
    const { channel: made } = await channel({ events: ['opened', 'closed'] });
    at.status = 400;
    const entry = {
      event: 'e',
      type: 'breaker.opened',
      breaker: stripe,
      at: 1,
      tries: 3,
      why: '400',
    };
    const [claimed] = await (async () => {
      await trip(stripe);
      return at.database.channels.claim(1, 1_000);
    })();
    for (let chainSeq = 1; chainSeq <= 103; chainSeq += 1) {
      await at.database.channels.setAside(claimed!, { ...entry, chainSeq });
    }
    const kept = await at.database.channels.listSetAside(at.environmentId, made.id);
    expect(kept).toHaveLength(100);
  });
});

it('a receiver that is gone stops its channel, once, on the record', async () => {
  const stripe = await breaker('stripe');
  await channel();
  await trip(stripe);
  at.status = 410;
  await rounds(3);
  expect(at.received).toHaveLength(1);
  const stopped = await info();
  expect(stopped).toMatchObject({ paused: true, stopped: { why: '410 Gone' }, revision: 2 });
  const recorded = await at.database.audit.list(
    { chain: at.environmentId, action: 'channel.stop' },
    { limit: 10 },
  );
  expect(recorded.items).toMatchObject([
    { actor: { kind: 'system' }, reason: '410 Gone', after: { paused: true } },
  ]);
  const resume = { paused: false, expectedRevision: 2, reason: 'moved' };
  await at.database.channels.edit(at.environmentId, ADA, stopped.id, resume);
  expect(await info()).toMatchObject({ paused: false, stopped: null });
});

import { describe, expect, it } from 'vitest';
import { agendaOf, daysOf, monthAfter, spanOf, timeOfDay, weeksOf } from './month';
import { draftOf, keyFor, newDraft, planOf } from './schedule-draft';
import { completions, reviewDraft } from './schedule-review';
import { actionWords, whenWords } from './schedule-words';

const now = new Date('2026-11-21T23:30:00Z');
const fresh = newDraft(now, 'Europe/Berlin');

describe('a draft', () => {
  it('begins with the reader’s day, and needs somebody to move', () => {
    expect(fresh.date).toBe('2026-11-22');
    const reading = planOf(fresh);
    expect(reading).toEqual({ ok: false, problems: { breakers: 'name a breaker or a tag' } });
  });

  it('begins with an evening that is still to come', () => {
    const at = (time: string) => newDraft(new Date(time), 'Europe/Berlin');
    expect(at('2026-11-21T19:59:00Z')).toMatchObject({ date: '2026-11-21', time: '22:00' });
    expect(at('2026-11-21T20:00:00Z')).toMatchObject({ date: '2026-11-22', time: '22:00' });
  });

  it('becomes a plan and comes back', () => {
    const reading = planOf({
      ...fresh,
      kind: 'weekly',
      days: [6, 7],
      action: 'dim',
      breakers: 'stripe, mail,stripe,',
      tags: 'storage',
    });
    if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
    const { plan } = reading;
    expect(plan).toMatchObject({ breakers: ['stripe', 'mail'], action: { admission: 2 ** 30 } });
    expect(whenWords(plan)).toBe('every Sat, Sun at 22:00 for 1 h, Europe/Berlin');
    expect(actionWords(plan)).toBe('dims to 25% stripe, mail, all tagged storage');
    const bounded = { ...plan, when: { ...plan.when, from: '2026-01-01' } as typeof plan.when };
    const info = {
      key: 'k',
      name: 'n',
      description: '',
      plan: bounded,
      revision: 1,
      createdAt: 0,
      updatedAt: 0,
      active: null,
      next: [],
    };
    expect(planOf(draftOf(info, now), bounded)).toEqual({ ok: true, plan: bounded });
  });

  it('tells what is wrong, by field', () => {
    const reading = planOf({ ...fresh, breakers: 'a', durationMinutes: '', date: '2026-02-31' });
    expect(reading.ok ? [] : Object.keys(reading.problems)).toEqual(['when', 'durationMinutes']);
  });

  it.each([
    ['Stripe upgrade!', 'stripe-upgrade'],
    ['  Ünïcode 2 ', 'unicode-2'],
    ['支付', ''],
  ])('%s has the key %j', (name, key) => {
    expect(keyFor(name)).toBe(key);
  });
});

describe('what is probably not meant', () => {
  const breakers = [{ key: 'stripe', tags: ['payments'] }];
  const meant = { ...fresh, breakers: 'stripe', tags: 'payments' };

  it('is a window that is over in its own time zone', () => {
    const at = (time: string) => reviewDraft(meant, breakers, Date.parse(time));
    // 22:00 for an hour on 22 November in Berlin.
    expect(at('2026-11-22T21:59:00Z')).toEqual([]);
    expect(at('2026-11-22T22:00:00Z')).toEqual([expect.stringContaining('over already')]);
    const weekly = { ...meant, kind: 'weekly' } as const;
    expect(reviewDraft(weekly, breakers, Date.parse('2027-01-01T00:00:00Z'))).toEqual([]);
  });

  it('is a name that nothing has, once all names are known', () => {
    const wrong = { ...meant, breakers: 'stripe, strpe', tags: 'payment' };
    expect(reviewDraft(wrong, breakers, 0)).toEqual([
      'No breaker is called “strpe”. Only those there are get moved.',
      'No breaker is tagged “payment”.',
    ]);
    expect(reviewDraft(wrong, null, 0)).toEqual([]);
  });
});

describe('completions', () => {
  it('go on with the last name of a list, and offer none twice', () => {
    const known = ['stripe', 'mail', 'stripe-eu'];
    expect(completions('STR', known)).toEqual(['stripe', 'stripe-eu']);
    expect(completions('stripe, str', known)).toEqual(['stripe, stripe-eu']);
    expect(completions('stripe,', known)).toEqual(['stripe, mail', 'stripe, stripe-eu']);
  });
});

describe('a month', () => {
  it('has whole weeks from Monday on', () => {
    expect(weeksOf('2026-11').days).toBe(42);
    expect(weeksOf('2026-02')).toEqual({ first: Date.UTC(2026, 0, 26), days: 35 });
    expect(monthAfter('2026-12', 1)).toBe('2027-01');
    const { from, to } = spanOf('2026-11');
    expect(to - from).toBeLessThan(100 * 86_400_000);
  });

  it('is a list of days with windows where there is no room, from today on', () => {
    const windows = ['2026-11-20', '2026-11-21', '2026-11-30', '2026-12-01'].map((date) => {
      const start = Date.parse(`${date}T02:00:00Z`);
      return { key: 'k', opensAt: start, start, end: start + 1 };
    });
    const days = daysOf('2026-11', windows, 'UTC');
    const sentence = (today: string) =>
      agendaOf(days, today).map(({ weekday, day }) => `${weekday} ${day}`);
    expect(sentence('2026-11-21')).toEqual(['Sat 21', 'Mon 30']);
    expect(sentence('2026-12-05')).toEqual(['Fri 20', 'Sat 21', 'Mon 30']);
  });

  it('shows a window on the reader’s day', () => {
    const start = Date.parse('2026-11-21T23:30:00Z');
    const windows = [{ key: 'k', opensAt: start, start, end: start + 1 }];
    const busy = (zone: string) =>
      daysOf('2026-11', windows, zone)
        .filter((day) => day.windows.length > 0)
        .map(({ date }) => date);
    expect(busy('Europe/Berlin')).toEqual(['2026-11-22']);
    expect(busy('UTC')).toEqual(['2026-11-21']);
    expect(timeOfDay(start, 'Europe/Berlin')).toBe('00:30');
  });
});

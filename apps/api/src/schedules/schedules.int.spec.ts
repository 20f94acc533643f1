import { calendarSchema, changedScheduleSchema, scheduleListSchema } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { startFileNode } from '../testing/file-node.js';
import { PRODUCTION } from '../testing/prepare.js';

const { admin } = await startFileNode();

const PATH = `${PRODUCTION}/schedules`;
const plan = {
  when: { kind: 'weekly', days: [7], time: '02:30' },
  timeZone: 'Europe/Berlin',
  durationMinutes: 60,
  leadMinutes: 5,
  action: { kind: 'open' },
  breakers: ['stripe'],
  tags: [],
};
const input = (key: string, more: object = {}) => ({
  key,
  name: 'Sunday upgrade',
  plan: { ...plan, ...more },
  reason: 'agreed with the provider',
});
const problem = (status: number, code: string) => ({
  status,
  body: expect.objectContaining({ code }) as unknown,
});

describe('schedules', () => {
  it('are created, read, edited and removed, each on the record', async () => {
    const created = await admin.post(PATH, input('sunday'));
    expect(created.status).toBe(201);
    const { schedule } = changedScheduleSchema.parse(created.body);
    expect(schedule).toMatchObject({ key: 'sunday', plan, revision: 1, description: '' });
    expect(schedule.next).toHaveLength(5);
    for (const { opensAt, start, end } of schedule.next) {
      expect(start - opensAt).toBe(5 * 60_000);
      expect(end - start).toBe(3_600_000);
      const day = new Date(start).toLocaleDateString('en', {
        weekday: 'long',
        timeZone: 'Europe/Berlin',
      });
      expect(day).toBe('Sunday');
    }
    const read = await admin.get(`${PATH}/sunday`);
    expect(read.headers.get('etag')).toBe('"1"');
    const edit = { plan: { ...plan, action: { kind: 'dim', admission: 2 ** 30 } }, reason: 'less' };
    expect(await admin.patch(`${PATH}/sunday`, edit)).toMatchObject(
      problem(428, 'precondition_required'),
    );
    const edited = await admin.patch(`${PATH}/sunday`, edit, { 'if-match': '"1"' });
    expect(changedScheduleSchema.parse(edited.body).schedule).toMatchObject({
      name: 'Sunday upgrade',
      revision: 2,
      plan: { action: { kind: 'dim' } },
    });
    expect(await admin.patch(`${PATH}/sunday`, edit, { 'if-match': '"1"' })).toMatchObject(
      problem(409, 'version_conflict'),
    );
    expect(scheduleListSchema.parse((await admin.get(PATH)).body).items).toHaveLength(1);
    expect((await admin.post(`${PATH}/sunday/remove`, { reason: 'over' })).status).toBe(200);
    expect(await admin.get(`${PATH}/sunday`)).toMatchObject(problem(404, 'unknown_schedule'));
    const audit = await admin.get(`${PRODUCTION}/audit?action=schedule`);
    const { items } = audit.body as { items: { action: string }[] };
    expect(items.map(({ action }) => action)).toEqual([
      'schedule.remove',
      'schedule.edit',
      'schedule.create',
    ]);
  });

  it('are shown in a calendar', async () => {
    await admin.post(PATH, input('calendar'));
    const year = new Date().getUTCFullYear() + 1;
    const [from, to] = [Date.UTC(year, 9, 1), Date.UTC(year, 10, 1)];
    const answer = await admin.get(`${PATH}/calendar?from=${from}&to=${to}`);
    const { items } = calendarSchema.parse(answer.body);
    // 02:30 comes twice on the last Sunday, when summer time ends; the first counts.
    const sundays = Array.from({ length: 31 }, (_, day) => Date.UTC(year, 9, 1 + day, 0, 30));
    expect(items.map(({ start }) => start)).toEqual(
      sundays.filter((start) => new Date(start).getUTCDay() === 0),
    );
    expect(await admin.get(`${PATH}/calendar?from=${to}&to=${from}`)).toMatchObject(
      problem(400, 'invalid_request'),
    );
  });

  it.each([
    ['a zone that there is not', { timeZone: 'Mars/Olympus' }],
    ['no day', { when: { kind: 'weekly', days: [], time: '02:30' } }],
    ['a day twice', { when: { kind: 'weekly', days: [1, 1], time: '02:30' } }],
    ['an eighth day', { when: { kind: 'weekly', days: [8], time: '02:30' } }],
    ['a time that there is not', { when: { kind: 'weekly', days: [1], time: '24:00' } }],
    ['a date that there is not', { when: { kind: 'once', date: '2026-02-30', time: '02:30' } }],
    [
      'an end before the begin',
      {
        when: { kind: 'weekly', days: [1], time: '02:30', from: '2026-02-02', until: '2026-02-01' },
      },
    ],
    ['no length', { durationMinutes: 0 }],
    ['a month', { durationMinutes: 60 * 24 * 31 }],
    ['nobody', { breakers: [], tags: [] }],
    ['dimming to nothing', { action: { kind: 'dim', admission: 0 } }],
    ['dimming to all', { action: { kind: 'dim', admission: 2 ** 32 } }],
  ])('%s is refused', async (_name, more) => {
    expect(await admin.post(PATH, input('bad', more))).toMatchObject(
      problem(400, 'invalid_request'),
    );
  });

  it('need a key of their own', async () => {
    expect((await admin.post(PATH, input('twice'))).status).toBe(201);
    expect(await admin.post(PATH, input('twice'))).toMatchObject(problem(409, 'already_exists'));
    expect((await admin.post(PATH, input('Not A Key'))).status).toBe(400);
  });
});

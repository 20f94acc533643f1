import type { Calendar } from '@recloser/protocol';

const DAY_MS = 86_400_000;
export const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

export interface CalendarDay {
  /** 2026-11-29 */
  readonly date: string;
  readonly day: number;
  readonly inMonth: boolean;
  readonly windows: Calendar['items'];
}

export interface AgendaDay extends CalendarDay {
  /** "Mon" */
  readonly weekday: string;
}

/** A month of a calendar: "2026-11". */
export function monthOf(date: string): string {
  return date.slice(0, 7);
}

export function monthAfter(month: string, by: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7);
}

/** From the Monday of its first week to the Sunday of its last, as days of UTC. */
export function weeksOf(month: string): { readonly first: number; readonly days: number } {
  const begin = Date.parse(`${month}-01T00:00:00Z`);
  const end = Date.parse(`${monthAfter(month, 1)}-01T00:00:00Z`);
  // getUTCDay counts from Sunday.
  const lead = (new Date(begin).getUTCDay() + 6) % 7;
  const days = Math.ceil(((end - begin) / DAY_MS + lead) / 7) * 7;
  return { first: begin - lead * DAY_MS, days };
}

/** The span to ask for: a day more on both sides, as the reader's days are not those of UTC. */
export function spanOf(month: string): { readonly from: number; readonly to: number } {
  const { first, days } = weeksOf(month);
  return { from: first - DAY_MS, to: first + (days + 1) * DAY_MS };
}

/** The days of a month with the windows that begin on them, in the reader's time zone. */
export function daysOf(
  month: string,
  windows: Calendar['items'],
  timeZone: string,
): readonly CalendarDay[] {
  const dated = windows.map((window) => ({
    window,
    date: new Date(window.start).toLocaleDateString('sv-SE', { timeZone }),
  }));
  const { first, days } = weeksOf(month);
  return Array.from({ length: days }, (_, index) => {
    const date = new Date(first + index * DAY_MS).toISOString().slice(0, 10);
    return {
      date,
      day: Number(date.slice(8)),
      inMonth: monthOf(date) === month,
      windows: dated.filter((one) => one.date === date).map(({ window }) => window),
    };
  });
}

/** Those days of a month that have windows, the past ones left out in the month that is on. Days are whole weeks. */
export function agendaOf(days: readonly CalendarDay[], today: string): readonly AgendaDay[] {
  return days
    .map((day, index) => ({ ...day, weekday: DAYS[index % DAYS.length] ?? '' }))
    .filter(({ date, inMonth, windows }) => {
      const past = date < today && monthOf(date) === monthOf(today);
      return inMonth && windows.length > 0 && !past;
    });
}

/** "02:30", in a time zone. */
export function timeOfDay(at: number, timeZone: string): string {
  return new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', timeZone });
}

import type { Occurrence, SchedulePlan } from '@recloser/protocol';
import { Temporal } from 'temporal-polyfill';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** More than any page shows; a schedule never makes more than one window a day. */
const MOST = 400;

/**
 * The windows of a schedule that touch [from, to), in order. A local time that daylight saving leaves out is taken as
 * much later as the clock jumps (02:30 becomes 03:30); of one that comes twice the first is taken. A window is as long
 * as it says in real time, whatever clocks do meanwhile.
 */
export function occurrences(plan: SchedulePlan, from: number, to: number): readonly Occurrence[] {
  const lengthMs = plan.durationMinutes * MINUTE_MS;
  const leadMs = plan.leadMinutes * MINUTE_MS;
  // A day more on both sides, as local dates differ from those of the epoch.
  const first = dateAt(from - lengthMs - DAY_MS, plan.timeZone);
  const last = dateAt(to + leadMs + DAY_MS, plan.timeZone);
  const found: Occurrence[] = [];
  for (const date of datesOf(plan, first, last)) {
    const plainTime = Temporal.PlainTime.from(plan.when.time);
    const begin = date.toZonedDateTime({ timeZone: plan.timeZone, plainTime });
    const start = begin.epochMilliseconds;
    const occurrence = { opensAt: start - leadMs, start, end: start + lengthMs };
    if (occurrence.end > from && occurrence.opensAt < to && found.length < MOST)
      found.push(occurrence);
  }
  return found;
}

/** The window that is on at a time; of several that overlap the one that began last. */
export function occurrenceAt(plan: SchedulePlan, now: number): Occurrence | null {
  return occurrences(plan, now, now + 1).at(-1) ?? null;
}

const HORIZON_MS = 370 * DAY_MS;

/** The next windows that begin after a time: those within a year of it, or of the plan's first day where that is later. */
export function nextOccurrences(
  plan: SchedulePlan,
  after: number,
  count: number,
): readonly Occurrence[] {
  const { when, timeZone } = plan;
  const first = when.kind === 'once' ? when.date : when.from;
  const begin =
    first === undefined
      ? after
      : Temporal.PlainDate.from(first).toZonedDateTime({ timeZone }).epochMilliseconds;
  return occurrences(plan, after, Math.max(after, begin) + HORIZON_MS)
    .filter(({ opensAt }) => opensAt > after)
    .slice(0, count);
}

function dateAt(ms: number, timeZone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).toPlainDate();
}

function* datesOf(
  { when }: SchedulePlan,
  first: Temporal.PlainDate,
  last: Temporal.PlainDate,
): Generator<Temporal.PlainDate> {
  if (when.kind === 'once') {
    yield Temporal.PlainDate.from(when.date);
    return;
  }
  const from = latest(first, when.from);
  const until = earliest(last, when.until);
  for (
    let date = from;
    Temporal.PlainDate.compare(date, until) <= 0;
    date = date.add({ days: 1 })
  ) {
    if (when.days.includes(date.dayOfWeek)) yield date;
  }
}

function latest(date: Temporal.PlainDate, other: string | undefined): Temporal.PlainDate {
  if (other === undefined) return date;
  const bound = Temporal.PlainDate.from(other);
  return Temporal.PlainDate.compare(date, bound) > 0 ? date : bound;
}

function earliest(date: Temporal.PlainDate, other: string | undefined): Temporal.PlainDate {
  if (other === undefined) return date;
  const bound = Temporal.PlainDate.from(other);
  return Temporal.PlainDate.compare(date, bound) < 0 ? date : bound;
}

import { formatAdmission, formatDuration } from '@recloser/core';
import type { SchedulePlan } from '@recloser/protocol';
import { DAYS } from './month';

/** "every Sat, Sun at 02:30 for 1 h, Europe/Berlin" */
export function whenWords({ when, timeZone, durationMinutes }: SchedulePlan): string {
  const days =
    when.kind === 'once'
      ? `on ${when.date}`
      : when.days.length === 7
        ? 'every day'
        : `every ${when.days.map((day) => DAYS[day - 1]).join(', ')}`;
  return `${days} at ${when.time} for ${formatDuration(durationMinutes * 60_000)}, ${timeZone}`;
}

/** "opens stripe, mail and all tagged storage" */
export function actionWords({ action, breakers, tags }: SchedulePlan): string {
  const what = action.kind === 'open' ? 'opens' : `dims to ${formatAdmission(action.admission)}`;
  const whom = [...breakers, ...tags.map((tag) => `all tagged ${tag}`)];
  return `${what} ${whom.join(', ')}`;
}

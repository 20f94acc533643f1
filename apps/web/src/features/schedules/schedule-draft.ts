import { ADMISSION_SIXTEENTH } from '@recloser/core';
import { type ScheduleInfo, type SchedulePlan, schedulePlanSchema } from '@recloser/protocol';

/** A schedule as form fields. */
export interface ScheduleDraft {
  readonly name: string;
  readonly description: string;
  readonly kind: 'once' | 'weekly';
  readonly date: string;
  readonly time: string;
  /** Monday is 1. */
  readonly days: readonly number[];
  readonly timeZone: string;
  readonly durationMinutes: string;
  readonly leadMinutes: string;
  readonly action: 'open' | 'dim';
  readonly admission: number;
  /** Keys and tags, separated by commas or line breaks. */
  readonly breakers: string;
  readonly tags: string;
}

const DAY_MS = 86_400_000;
/** From here on tonight is too near to be planned. */
const LATE_HOUR = 21;

/** The next evening that is at least an hour away, in a time zone: "2026-11-29". */
function nextEvening(now: Date, timeZone: string): string {
  // The Swedish way to write a moment is nearly the ISO one.
  const wallClock = (at: Date) => at.toLocaleString('sv-SE', { timeZone });
  const late = Number(wallClock(now).slice(11, 13)) >= LATE_HOUR;
  return wallClock(late ? new Date(now.getTime() + DAY_MS) : now).slice(0, 10);
}

/** What a new one begins with: the next evening, in the reader's time zone. */
export function newDraft(now: Date, timeZone: string): ScheduleDraft {
  return {
    name: '',
    description: '',
    kind: 'once',
    date: nextEvening(now, timeZone),
    time: '22:00',
    days: [7],
    timeZone,
    durationMinutes: '60',
    leadMinutes: '5',
    action: 'open',
    admission: 4 * ADMISSION_SIXTEENTH,
    breakers: '',
    tags: '',
  };
}

export function draftOf({ name, description, plan }: ScheduleInfo, now: Date): ScheduleDraft {
  const { when, timeZone, durationMinutes, leadMinutes, action } = plan;
  const fresh = newDraft(now, timeZone);
  return {
    ...fresh,
    name,
    description,
    kind: when.kind,
    time: when.time,
    ...(when.kind === 'once' ? { date: when.date } : { days: when.days }),
    durationMinutes: String(durationMinutes),
    leadMinutes: String(leadMinutes),
    action: action.kind,
    admission: action.kind === 'dim' ? action.admission : fresh.admission,
    breakers: plan.breakers.join(', '),
    tags: plan.tags.join(', '),
  };
}

/** Names separated by commas or line breaks, each once. */
export const listOf = (text: string): string[] => [
  ...new Set(
    text
      .split(/[,\n]/)
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  ),
];

const numberOf = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

export type DraftReading =
  | { readonly ok: true; readonly plan: SchedulePlan }
  /** By the first part of the path: 'timeZone', 'when'. */
  | { readonly ok: false; readonly problems: Readonly<Record<string, string>> };

/** The plan that a draft stands for, by the schema that the API checks it with. */
export function planOf(draft: ScheduleDraft, before?: SchedulePlan): DraftReading {
  const bounds =
    before?.when.kind === 'weekly'
      ? {
          ...(before.when.from !== undefined && { from: before.when.from }),
          ...(before.when.until !== undefined && { until: before.when.until }),
        }
      : {};
  const parsed = schedulePlanSchema.safeParse({
    when:
      draft.kind === 'once'
        ? { kind: 'once', date: draft.date, time: draft.time }
        : { kind: 'weekly', days: draft.days, time: draft.time, ...bounds },
    timeZone: draft.timeZone,
    durationMinutes: numberOf(draft.durationMinutes),
    leadMinutes: numberOf(draft.leadMinutes),
    action:
      draft.action === 'open' ? { kind: 'open' } : { kind: 'dim', admission: draft.admission },
    breakers: listOf(draft.breakers),
    tags: listOf(draft.tags),
  });
  if (parsed.success) return { ok: true, plan: parsed.data };
  const problems: Record<string, string> = {};
  for (const { path, message } of parsed.error.issues) problems[String(path[0])] ??= message;
  return { ok: false, problems };
}

/** A key for a name: "Stripe upgrade!" as "stripe-upgrade". */
export function keyFor(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 64)
    .replace(/^-+|-+$/g, '');
}

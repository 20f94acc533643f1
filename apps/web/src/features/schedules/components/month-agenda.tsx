import { cn } from '@/lib/cn';
import { agendaOf, type CalendarDay, timeOfDay } from '../month';

interface MonthAgendaProps {
  /** Whole weeks from a Monday on. */
  readonly days: readonly CalendarDay[];
  readonly today: string;
  readonly nameOf: (key: string) => string;
  readonly title: string;
  readonly timeZone: string;
}

/** The days of a month that have windows, one below the other: for where seven columns have no room. */
export function MonthAgenda({ days, today, nameOf, title, timeZone }: MonthAgendaProps) {
  const busy = agendaOf(days, today);
  if (busy.length === 0) {
    return <p className="p-4 text-sm text-fg-3">No upcoming windows in {title}.</p>;
  }
  return (
    <ol aria-label={`Windows of ${title}`}>
      {busy.map(({ date, day, weekday, windows }) => (
        <li key={date} className="flex gap-4 border-t border-line px-4 py-2.5 first:border-t-0">
          <time
            dateTime={date}
            aria-current={date === today ? 'date' : undefined}
            className={cn('num w-14 shrink-0 text-sm', date === today && 'font-semibold')}
          >
            {weekday} {day}
          </time>
          <ul className="flex min-w-0 flex-1 flex-col gap-1">
            {windows.map(({ key, start }) => (
              <li key={`${key} ${start}`} className="flex min-w-0 gap-2 text-sm">
                <span className="num shrink-0 text-fg-2">{timeOfDay(start, timeZone)}</span>
                <bdi className="min-w-0 break-words">{nameOf(key)}</bdi>
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ol>
  );
}

'use client';

import type { ScheduleInfo } from '@recloser/protocol';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Panel } from '@/components/ui/panel';
import { Scrollable } from '@/components/ui/scrollable';
import { cn } from '@/lib/cn';
import { useCalendar } from '../api/schedules';
import { type CalendarDay, DAYS, daysOf, monthAfter, monthOf, spanOf, timeOfDay } from '../month';
import { MonthAgenda } from './month-agenda';

const SHOWN = 3;

interface DayProps {
  readonly day: CalendarDay;
  readonly today: boolean;
  readonly nameOf: (key: string) => string;
  readonly timeZone: string;
}

function Day({ day, today, nameOf, timeZone }: DayProps) {
  const more = day.windows.length - SHOWN;
  return (
    <td
      className={cn('h-20 border-t border-l border-line p-1.5 align-top first:border-l-0', {
        'bg-sunken text-fg-3': !day.inMonth,
      })}
    >
      <time
        dateTime={day.date}
        aria-current={today ? 'date' : undefined}
        className={cn(
          'num inline-grid size-5 place-items-center rounded-full text-2xs',
          today && 'bg-fg font-semibold text-surface',
        )}
      >
        {day.day}
      </time>
      <ul className="mt-1 flex flex-col gap-0.5">
        {day.windows.slice(0, SHOWN).map(({ key, start }) => (
          <li key={`${key} ${start}`} className="truncate text-2xs" title={nameOf(key)}>
            <span className="num text-fg-3">{timeOfDay(start, timeZone)}</span> {nameOf(key)}
          </li>
        ))}
        {more > 0 ? <li className="text-2xs text-fg-3">{more} more</li> : null}
      </ul>
    </td>
  );
}

interface MonthCalendarProps {
  readonly schedules: readonly ScheduleInfo[];
  readonly timeZone: string;
  readonly now: number;
}

/** When windows begin, in the reader's time. */
export function MonthCalendar({ schedules, timeZone, now }: MonthCalendarProps) {
  const today = new Date(now).toLocaleDateString('sv-SE', { timeZone });
  const [month, setMonth] = useState(() => monthOf(today));
  const { from, to } = spanOf(month);
  const revisions = schedules.map(({ key, revision }) => `${key}@${revision}`).join();
  const { data } = useCalendar(from, to, revisions);
  const days = daysOf(month, data?.items ?? [], timeZone);
  const nameOf = (key: string) => schedules.find((one) => one.key === key)?.name ?? key;
  const title = new Date(`${month}-15T00:00:00Z`).toLocaleDateString('en', {
    month: 'long',
    year: 'numeric',
  });
  const turn = (by: number) => () => {
    setMonth(monthAfter(month, by));
  };
  return (
    <Panel
      title={<span aria-live="polite">{title}</span>}
      bodyClassName=""
      aside={
        <div className="flex items-center gap-1">
          <span className="mr-2 text-xs text-fg-3 max-sm:hidden">{timeZone}</span>
          <Button size="sm" aria-label="Month before" onClick={turn(-1)}>
            <ChevronLeft size={14} aria-hidden />
          </Button>
          <Button size="sm" aria-label="Month after" onClick={turn(1)}>
            <ChevronRight size={14} aria-hidden />
          </Button>
        </div>
      }
    >
      <div className="sm:hidden">
        <MonthAgenda days={days} today={today} nameOf={nameOf} title={title} timeZone={timeZone} />
      </div>
      <Scrollable label={`Calendar of ${title}`} className="max-sm:hidden">
        <table className="w-full min-w-[34rem] table-fixed border-collapse">
          <thead>
            <tr>
              {DAYS.map((day) => (
                <th
                  key={day}
                  scope="col"
                  className="px-1.5 py-1.5 text-left text-2xs font-medium text-fg-3"
                >
                  {day}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {Array.from({ length: days.length / 7 }, (_, week) => (
              <tr key={days[week * 7]?.date}>
                {days.slice(week * 7, week * 7 + 7).map((day) => (
                  <Day
                    key={day.date}
                    day={day}
                    today={day.date === today}
                    nameOf={nameOf}
                    timeZone={timeZone}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scrollable>
    </Panel>
  );
}

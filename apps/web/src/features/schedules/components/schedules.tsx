'use client';

import type { ScheduleInfo } from '@recloser/protocol';
import { CalendarClock, Plus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { EmptyState } from '@/components/ui/empty-state';
import { Clock } from '@/components/ui/time';
import { useMay } from '@/features/session/session-context';
import { PageHeader } from '@/features/shell/components/page-header';
import { lazyPart, usePrefetch } from '@/lib/lazy-part';
import { messageOf } from '@/lib/problem';
import { useZone } from '@/lib/zone';
import { useSchedules } from '../api/schedules';
import { actionWords, whenWords } from '../schedule-words';
import { MonthCalendar } from './month-calendar';

const SHOWN = 3;

/** With what a plan is checked with. */
const ScheduleDialog = lazyPart(() =>
  import('./schedule-dialog').then((module) => module.ScheduleDialog),
);
const RemoveDialog = lazyPart(() =>
  import('./remove-dialog').then((module) => module.RemoveDialog),
);
const PARTS = [ScheduleDialog, RemoveDialog];

interface CardProps {
  readonly schedule: ScheduleInfo;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
}

function NextWindows({ schedule: { active, next } }: { readonly schedule: ScheduleInfo }) {
  if (active !== null) {
    return (
      <p className="text-sm font-medium text-ramping">
        On now, until <Clock at={active.end} withDate />
      </p>
    );
  }
  if (next.length === 0) return <p className="text-sm text-fg-3">Over: no further window.</p>;
  return (
    <ul aria-label="Next windows" className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-fg-2">
      {next.slice(0, SHOWN).map(({ start }) => (
        <li key={start}>
          <Clock at={start} withDate />
        </li>
      ))}
    </ul>
  );
}

function ScheduleCard({ schedule, onEdit, onRemove }: CardProps) {
  const may = useMay('operator');
  const { name, description, plan } = schedule;
  return (
    <li className="flex flex-col gap-3 border-t border-line px-4 py-3 first:border-t-0 sm:flex-row sm:items-start sm:justify-between">
      <div className="flex min-w-0 flex-col gap-1">
        <h3 className="font-medium">{name}</h3>
        <p className="text-sm text-fg-2">
          <span className="break-words">{actionWords(plan)}</span>, {whenWords(plan)}
        </p>
        {description === '' ? null : <p className="text-xs text-fg-3">{description}</p>}
        <NextWindows schedule={schedule} />
      </div>
      {may ? (
        <div className="flex shrink-0 gap-2">
          <Button size="sm" onClick={onEdit} aria-label={`Edit ${name}`}>
            Edit
          </Button>
          <Button size="sm" onClick={onRemove} aria-label={`Remove ${name}`}>
            Remove
          </Button>
        </div>
      ) : null}
    </li>
  );
}

type Doing =
  | { readonly kind: 'edit'; readonly schedule: ScheduleInfo | null }
  | { readonly kind: 'remove'; readonly schedule: ScheduleInfo };

/** Maintenance windows: what they do, when next, and a month of them. */
export function Schedules() {
  const { data, error, mutate } = useSchedules();
  const [doing, setDoing] = useState<Doing | null>(null);
  const may = useMay('operator');
  usePrefetch(PARTS);
  const [zone] = useZone();
  const timeZone = zone === 'local' ? Intl.DateTimeFormat().resolvedOptions().timeZone : 'UTC';
  const close = () => {
    setDoing(null);
  };
  const done = () => {
    close();
    void mutate();
  };
  return (
    <>
      <PageHeader
        title="Schedules"
        description="Maintenance windows that open or dim breakers, after which they come back by their ladder."
        actions={
          may ? (
            <Button
              variant="solid"
              onClick={() => {
                setDoing({ kind: 'edit', schedule: null });
              }}
            >
              <Plus size={14} aria-hidden /> New schedule
            </Button>
          ) : null
        }
      />
      {error === undefined ? null : <Callout kind="problem">{messageOf(error)}</Callout>}
      {data === undefined ? null : (
        <div className="flex flex-col gap-4">
          <section aria-label="Schedules" className="rounded-xl border border-line bg-surface">
            {data.items.length === 0 ? (
              <EmptyState icon={CalendarClock} title="No schedules">
                Plan a maintenance window: breakers open before it, and ramp up after it.
              </EmptyState>
            ) : (
              <ul>
                {data.items.map((schedule) => (
                  <ScheduleCard
                    key={schedule.key}
                    schedule={schedule}
                    onEdit={() => {
                      setDoing({ kind: 'edit', schedule });
                    }}
                    onRemove={() => {
                      setDoing({ kind: 'remove', schedule });
                    }}
                  />
                ))}
              </ul>
            )}
          </section>
          <MonthCalendar schedules={data.items} timeZone={timeZone} now={data.now} />
        </div>
      )}
      {doing?.kind === 'edit' && data !== undefined ? (
        <ScheduleDialog
          schedule={doing.schedule}
          timeZone={timeZone}
          now={data.now}
          onDone={done}
          onClose={close}
        />
      ) : null}
      {doing?.kind === 'remove' ? (
        <RemoveDialog schedule={doing.schedule} onDone={done} onClose={close} />
      ) : null}
    </>
  );
}

'use client';

import type { ScheduleInfo } from '@recloser/protocol';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Dialog, DialogFooter } from '@/components/ui/dialog';
import { ReasonField } from '@/features/actions/components/reason-field';
import { usePlace } from '@/features/live/live-provider';
import { messageOf } from '@/lib/problem';
import { saveSchedule } from '../api/schedules';
import { draftOf, keyFor, newDraft, planOf } from '../schedule-draft';
import { ScheduleFields } from './schedule-fields';
import { ScheduleWarnings } from './schedule-warnings';

const REASONS = ['Planned maintenance', 'Agreed with the provider', 'Nightly batch'];

interface ScheduleDialogProps {
  /** null: a new one. */
  readonly schedule: ScheduleInfo | null;
  readonly timeZone: string;
  readonly now: number;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

function useScheduleForm({ schedule, timeZone, now, onDone }: ScheduleDialogProps) {
  const place = usePlace();
  const today = new Date(now);
  const [draft, setDraft] = useState(() =>
    schedule === null ? newDraft(today, timeZone) : draftOf(schedule, today),
  );
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const reading = planOf(draft, schedule?.plan);
  const named = draft.name.trim() !== '' && (schedule !== null || keyFor(draft.name) !== '');
  const problems = {
    ...(reading.ok ? {} : reading.problems),
    ...(named ? {} : { name: 'Give it a name with a letter or a digit.' }),
  };

  async function save() {
    setTried(true);
    if (!reading.ok || !named || reason.trim() === '') return;
    setBusy(true);
    setProblem(null);
    try {
      const { name, description } = draft;
      const wish = { name: name.trim(), description, plan: reading.plan, reason: reason.trim() };
      await saveSchedule(place, schedule, keyFor(name), wish);
      onDone();
    } catch (error) {
      setProblem(messageOf(error));
      setBusy(false);
    }
  }
  return {
    draft,
    setDraft,
    reason,
    setReason,
    problems: tried ? problems : {},
    problem,
    busy,
    save,
  };
}

/** Makes a schedule, or changes one. */
export function ScheduleDialog(props: ScheduleDialogProps) {
  const { schedule, onClose } = props;
  const form = useScheduleForm(props);
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={schedule === null ? 'New schedule' : `Edit “${schedule.name}”`}
      description="Breakers are moved at its begin, and come back by their ladder after its end."
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void form.save();
        }}
        className="flex flex-col gap-4"
      >
        <ScheduleFields
          draft={form.draft}
          problems={form.problems}
          onChange={(part) => {
            form.setDraft((before) => ({ ...before, ...part }));
          }}
        />
        <ScheduleWarnings draft={form.draft} now={props.now} />
        <ReasonField
          value={form.reason}
          suggestions={REASONS}
          autoFocus={false}
          onChange={form.setReason}
        />
        {form.problem === null ? null : <Callout kind="problem">{form.problem}</Callout>}
        <DialogFooter>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="solid" disabled={form.busy || form.reason.trim() === ''}>
            {schedule === null ? 'Create schedule' : 'Save schedule'}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}

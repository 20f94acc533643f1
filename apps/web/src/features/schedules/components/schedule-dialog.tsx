'use client';

import { useState } from 'react';
import { Callout } from '@/components/ui/callout';
import { Dialog } from '@/components/ui/dialog';
import { ReasonField } from '@/features/actions/components/reason-field';
import { EditFooter } from '@/features/drafts/components/edit-footer';
import { ConcurrentEditors } from '@/features/drafts/components/concurrent-editors';
import { type ScheduleEditingOptions, useScheduleEditing } from '../use-schedule-editing';
import { ScheduleFields } from './schedule-fields';
import { ScheduleWarnings } from './schedule-warnings';

const REASONS = ['Planned maintenance', 'Agreed with the provider', 'Nightly batch'];

interface ScheduleDialogProps extends ScheduleEditingOptions {
  readonly onClose: () => void;
}

/** Makes a schedule, or changes one. */
export function ScheduleDialog({ onClose, ...options }: ScheduleDialogProps) {
  const { schedule } = options;
  const editing = useScheduleEditing(options);
  const { draft, overtaken, gone, problems, problem, busy, save, edit } = editing;
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const ready = reason.trim() !== '' && !busy && overtaken === null;
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={schedule === null ? 'New schedule' : `Edit “${schedule.name}”`}
      description="Breakers change when the window starts and recover in steps when it ends."
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (ready && Object.keys(problems).length === 0) void save(reason.trim());
        }}
        className="flex flex-col gap-4"
      >
        <ScheduleFields draft={draft.value} problems={tried ? problems : {}} onChange={edit} />
        <ScheduleWarnings draft={draft.value} now={options.now} />
        {schedule === null ? null : (
          <ConcurrentEditors
            subject={{ kind: 'schedule', key: schedule.key }}
            name={schedule.name}
            editing={editing}
          />
        )}
        <ReasonField value={reason} suggestions={REASONS} autoFocus={false} onChange={setReason} />
        {problem === null ? null : <Callout kind="problem">{problem}</Callout>}
        <EditFooter
          label={schedule === null ? 'Create schedule' : gone ? 'Create it again' : 'Save schedule'}
          ready={ready}
          overtaken={overtaken !== null}
          onClose={onClose}
        />
      </form>
    </Dialog>
  );
}

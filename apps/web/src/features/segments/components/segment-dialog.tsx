'use client';

import { validateSegment } from '@recloser/core';
import type { SegmentInfo } from '@recloser/protocol';
import { useMemo, useState } from 'react';
import { Callout } from '@/components/ui/callout';
import { Dialog } from '@/components/ui/dialog';
import { PanelStatus } from '@/components/ui/panel-status';
import { ReasonField } from '@/features/actions/components/reason-field';
import { EditFooter } from '@/features/drafts/components/edit-footer';
import { ConcurrentEditors } from '@/features/drafts/components/concurrent-editors';
import { useWholeSegment } from '../api/segments';
import { useSegmentEditing } from '../use-segment-editing';
import { Clauses, Names } from './segment-fields';

const REASONS = ['Agreed in review', 'New members', 'Was wrong'];

interface SegmentDialogProps {
  /** null: a new one. */
  readonly segment: SegmentInfo | null;
  readonly onClose: () => void;
}

function usersWords(segment: SegmentInfo | null): string {
  const users = segment?.usedBy.length ?? 0;
  if (users === 0) return 'Rules name it by its key.';
  return `The rules of ${users === 1 ? 'one breaker' : `${users} breakers`} change with it, at once.`;
}

/** Makes a segment, or changes one. A long one is read whole first. */
export function SegmentDialog({ segment, onClose }: SegmentDialogProps) {
  const whole = useWholeSegment(segment);
  if (whole.segment !== undefined) {
    return <LoadedDialog segment={whole.segment} onClose={onClose} />;
  }
  return (
    <Dialog open wide onOpenChange={onClose} title={`Edit ${segment?.name ?? ''}`}>
      <PanelStatus error={whole.error} onRetry={() => void whole.mutate()} lines={6} />
    </Dialog>
  );
}

function LoadedDialog({ segment, onClose }: SegmentDialogProps) {
  const editing = useSegmentEditing(segment, onClose);
  const { draft, overtaken, gone, problem, busy, changes, save, edit } = editing;
  const [reason, setReason] = useState('');
  const problems = useMemo(() => validateSegment(draft.value), [draft.value]);
  const ready = problems.length === 0 && reason.trim() !== '' && !busy && overtaken === null;
  const fields = { draft: draft.value, problems, onEdit: edit };
  return (
    <Dialog
      open
      wide
      onOpenChange={onClose}
      title={segment === null ? 'New segment' : `Edit ${segment.name}`}
      description={usersWords(segment)}
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) void save(reason.trim());
        }}
      >
        <Names {...fields} isNew={segment === null} />
        <Clauses key={draft.turn} {...fields} />
        {changes === '' ? null : (
          <p className="num text-xs text-fg-2" aria-live="polite">
            Changes: {changes}
          </p>
        )}
        {segment === null ? null : (
          <ConcurrentEditors
            subject={{ kind: 'segment', key: segment.key }}
            name={segment.name}
            editing={editing}
          />
        )}
        <ReasonField value={reason} suggestions={REASONS} autoFocus={false} onChange={setReason} />
        {problem === null ? null : <Callout kind="problem">{problem}</Callout>}
        <EditFooter
          label={segment === null ? 'Create segment' : gone ? 'Create it again' : 'Save segment'}
          ready={ready}
          overtaken={overtaken !== null}
          onClose={onClose}
        />
      </form>
    </Dialog>
  );
}

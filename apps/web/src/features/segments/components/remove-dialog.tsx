'use client';

import type { SegmentInfo } from '@recloser/protocol';
import { Dialog } from '@/components/ui/dialog';
import { ReasonForm } from '@/features/actions/components/reason-form';
import { RemovedNotice } from '@/features/drafts/components/removed-notice';
import { useSaving } from '@/features/drafts/use-saving';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { removeSegment, useSegments } from '../api/segments';

const REASONS = ['No longer used', 'Replaced by another one'];

interface RemoveDialogProps {
  readonly segment: SegmentInfo;
  readonly onClose: () => void;
}

export function RemoveDialog({ segment, onClose }: RemoveDialogProps) {
  const place = useEnvironmentRef();
  const { data, mutate } = useSegments();
  const gone = data !== undefined && data.every(({ key }) => key !== segment.key);
  const { problem, busy, save } = useSaving({
    explained: gone,
    reread: () => mutate(),
    send: async (given) => {
      await removeSegment(place, segment.key, given);
      onClose();
      void mutate();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Remove ${segment.name}`}
      description="Only a segment that no rule names can be removed."
    >
      <ReasonForm
        suggestions={REASONS}
        label="Remove"
        cancelLabel="Back"
        busy={busy}
        problem={problem}
        gone={gone}
        onSend={(reason) => void save(reason)}
        onClose={onClose}
      >
        {gone ? (
          <RemovedNotice subject={{ kind: 'segment', key: segment.key }} name={segment.name}>
            There is nothing left to remove.
          </RemovedNotice>
        ) : null}
      </ReasonForm>
    </Dialog>
  );
}

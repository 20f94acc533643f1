'use client';

import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { showBothVersions } from '@/features/drafts/show-both-versions';
import type { Revert } from '@/features/drafts/use-draft';
import { plural } from '@/lib/format';
import { lazyPart } from '@/lib/lazy-part';
import { useGone } from '../api/use-gone';
import type { PendingEdit } from '../pending-edit';

const ReviewDialog = lazyPart(() =>
  import('./review-dialog').then((module) => module.ReviewDialog),
);

interface SaveBarProps extends PendingEdit {
  readonly problems: number;
  /** A new one each time; null: the draft was made by hand. */
  readonly revert: Revert | null;
  readonly onDiscard: () => void;
}

/** Appears with the first change; a difference and a reason come before the saving. */
export function SaveBar(props: SaveBarProps) {
  const { breaker, changes, problems, overtaken, revert, onDiscard } = props;
  const gone = useGone(breaker.key);
  const [reviewing, setReviewing] = useState(false);
  const [reason, setReason] = useState('');
  const [seen, setSeen] = useState(revert);
  if (seen !== revert) {
    setSeen(revert);
    setReviewing(revert !== null && problems === 0);
    setReason(revert?.note ?? '');
  }
  if (reviewing && changes.length === 0) setReviewing(false);
  if (changes.length === 0) return null;
  return (
    <div className="animate-rise sticky bottom-16 z-10 mt-4 flex flex-wrap items-center justify-between gap-3 rounded-xl bg-raised px-4 py-3 shadow-pop md:bottom-4">
      <p className="text-sm" role="status">
        <strong className="font-semibold">{plural(changes.length, 'unsaved change')}</strong>
        {problems > 0 ? (
          <span className="text-open"> · {plural(problems, 'problem')} to solve</span>
        ) : null}
        {gone ? ' · the breaker was archived' : null}
        {overtaken ? ' · somebody else saved meanwhile' : null}
      </p>
      <div className="flex gap-2">
        <Button onClick={onDiscard}>Discard</Button>
        {overtaken ? (
          <Button variant="solid" onClick={showBothVersions}>
            See both versions
          </Button>
        ) : (
          <Button
            variant="solid"
            disabled={problems > 0 || gone}
            onClick={() => {
              setReviewing(true);
            }}
          >
            Review and save
          </Button>
        )}
      </div>
      {reviewing ? (
        <ReviewDialog
          {...props}
          gone={gone}
          reason={reason}
          onReason={setReason}
          onSeeBoth={() => {
            setReviewing(false);
            showBothVersions();
          }}
          onSaved={(breaker) => {
            setReviewing(false);
            setReason('');
            props.onSaved(breaker);
          }}
          onClose={() => {
            setReviewing(false);
          }}
        />
      ) : null}
    </div>
  );
}

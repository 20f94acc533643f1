'use client';

import { CircleCheck, LoaderCircle, TriangleAlert, Undo2, X } from 'lucide-react';
import { useEffect, useSyncExternalStore } from 'react';
import { Button } from '@/components/ui/button';
import { useLiveValue } from '@/features/live/live-provider';
import { onSignInAwaited, signInAwaited } from '@/lib/session-guard';
import { describePending, type PendingAction } from '../pending';

const SHOWN_WHEN_DONE_MS = 5_000;
/** Long enough to notice the slip and to take it back. */
const SHOWN_WITH_UNDO_MS = 15_000;

interface ItemProps {
  readonly action: PendingAction;
  readonly onDismiss: (id: number) => void;
}

function StageIcon({ action, done }: { readonly action: PendingAction; readonly done: boolean }) {
  if (action.progress.stage === 'refused') {
    return <TriangleAlert size={15} className="shrink-0" aria-hidden />;
  }
  if (done) return <CircleCheck size={15} className="shrink-0" aria-hidden />;
  return <LoaderCircle size={15} className="shrink-0 animate-spin text-fg-3" aria-hidden />;
}

function PendingItem({ action, onDismiss }: ItemProps) {
  const awaited = useSyncExternalStore(onSignInAwaited, signInAwaited, () => false);
  const convergence = useLiveValue((state) => state.convergence);
  const { words, applied, done } = describePending(action, convergence, awaited);
  const { id, undo } = action;
  const shownMs = undo === undefined ? SHOWN_WHEN_DONE_MS : SHOWN_WITH_UNDO_MS;
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => {
      onDismiss(id);
    }, shownMs);
    return () => {
      clearTimeout(timer);
    };
  }, [done, id, onDismiss, shownMs]);
  return (
    <li className="animate-rise pointer-events-auto overflow-hidden rounded-lg bg-raised shadow-pop">
      <div className="flex items-start gap-2.5 py-2.5 pr-1.5 pl-3">
        <span className="mt-1">
          <StageIcon action={action} done={done} />
        </span>
        <div className="min-w-0 flex-1 py-0.5">
          <p className="truncate text-sm font-medium">
            {done ? action.did : action.doing}{' '}
            <span className="font-mono text-xs">{action.breaker}</span>
          </p>
          <p className="num text-xs text-pretty text-fg-2">{words}</p>
        </div>
        {undo === undefined ? null : (
          <Button size="sm" onClick={undo}>
            <Undo2 size={13} aria-hidden /> Undo
          </Button>
        )}
        <button
          type="button"
          aria-label="Dismiss"
          onClick={() => {
            onDismiss(id);
          }}
          className="grid size-7 shrink-0 place-items-center rounded-md text-fg-3 hover:bg-hover hover:text-fg"
        >
          <X size={14} aria-hidden />
        </button>
      </div>
      {applied === null ? null : (
        <div className="h-0.5 bg-line">
          <div
            className="h-full bg-fg transition-[width] duration-200"
            style={{ width: `${(applied.count / applied.of) * 100}%` }}
          />
        </div>
      )}
    </li>
  );
}

interface PendingTrayProps {
  readonly pending: readonly PendingAction[];
  readonly onDismiss: (id: number) => void;
}

/** Pending actions, honest about how far each has come. */
export function PendingTray({ pending, onDismiss }: PendingTrayProps) {
  return (
    <ol
      aria-live="polite"
      aria-label="Pending actions"
      // A dialog is a sheet at the lower edge of a phone: its buttons must not lie below a notice.
      className="pointer-events-none fixed right-3 bottom-18 left-3 z-[60] flex flex-col gap-2 sm:left-auto sm:w-80 md:right-4 md:bottom-4 in-data-scroll-locked:max-sm:top-3 in-data-scroll-locked:max-sm:bottom-auto"
    >
      {pending.map((action) => (
        <PendingItem key={action.id} action={action} onDismiss={onDismiss} />
      ))}
    </ol>
  );
}

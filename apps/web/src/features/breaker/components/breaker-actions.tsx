'use client';

import type { BreakerDetail } from '@recloser/protocol';
import { CircleSlash, RotateCw } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Tooltip } from '@/components/ui/tooltip';
import { useAsk } from '@/features/actions/action-provider';
import { NO_PARAMETERS, preview } from '@/features/actions/action-preview';
import { usePlainKeys } from '@/features/palette/use-plain-keys';
import { useMay } from '@/features/session/session-context';

const WATCHING = 'Viewers watch. Ask an admin for the operator role.';

interface Availability {
  readonly open: string | null;
  readonly restore: string | null;
}

/** null: can be done; else why not. */
function useAvailability(breaker: BreakerDetail): Availability {
  const may = useMay('operator');
  if (!may) return { open: WATCHING, restore: WATCHING };
  const why = (action: 'trip' | 'restore'): string | null => {
    const outlook = preview(breaker, action, NO_PARAMETERS, breaker.now);
    return outlook.possible ? null : outlook.why;
  };
  return { open: why('trip'), restore: why('restore') };
}

function useLetterKeys(onOpen: () => void, onRestore: () => void): void {
  usePlainKeys((event) => {
    if (event.key === 'o') onOpen();
    if (event.key === 'r') onRestore();
  });
}

/** The two big ones. */
export function BreakerActions({ breaker }: { readonly breaker: BreakerDetail }) {
  const ask = useAsk();
  const { open, restore } = useAvailability(breaker);
  const act = (action: 'trip' | 'restore', refusal: string | null) => () => {
    if (refusal === null) ask({ breaker: breaker.key, action });
  };
  useLetterKeys(act('trip', open), act('restore', restore));
  const openButton = (
    <Button
      size="lg"
      variant={breaker.state === 'closed' ? 'danger-outline' : 'danger'}
      aria-disabled={open !== null}
      onClick={act('trip', open)}
      className="max-sm:flex-1"
    >
      <CircleSlash size={16} aria-hidden /> Open
    </Button>
  );
  const restoreButton = (
    <Button
      size="lg"
      variant={restore === null ? 'go' : 'outline'}
      aria-disabled={restore !== null}
      onClick={act('restore', restore)}
      className="max-sm:flex-1"
    >
      <RotateCw size={16} aria-hidden /> Restore
    </Button>
  );
  return (
    <>
      {open === null ? openButton : <Tooltip text={open}>{openButton}</Tooltip>}
      {restore === null ? restoreButton : <Tooltip text={restore}>{restoreButton}</Tooltip>}
    </>
  );
}

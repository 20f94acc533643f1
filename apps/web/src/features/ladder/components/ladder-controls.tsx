'use client';

import type { BreakerDetail } from '@recloser/protocol';
import {
  ChevronsRight,
  type LucideIcon,
  Play,
  SlidersHorizontal,
  StepBack,
  StepForward,
  SunDim,
  X,
} from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Tooltip } from '@/components/ui/tooltip';
import { useAsk } from '@/features/actions/action-provider';
import { ACTIONS, type ActionName } from '@/features/actions/action-catalogue';
import { NO_PARAMETERS, preview } from '@/features/actions/action-preview';
import { useMay } from '@/features/session/session-context';

const ICONS: Partial<Record<ActionName, LucideIcon>> = {
  start: Play,
  back: StepBack,
  next: StepForward,
  set: SlidersHorizontal,
  dim: SunDim,
  finish: ChevronsRight,
  abort: X,
};

/** Those that fit the state; the rest would only be refused. To pause and to resume is in the header, where all begins. */
function offered({ current }: BreakerDetail): readonly ActionName[] {
  switch (current.kind) {
    case 'ramping':
      return ['back', 'next', 'set', 'finish', 'abort'];
    case 'probing':
      return ['start', 'set', 'finish', 'abort'];
    case 'open':
      return ['start', 'set', 'finish'];
    case 'dimmed':
      return ['dim', 'start', 'set', 'finish'];
    case 'closed':
      return ['dim', 'set'];
  }
}

interface ControlProps {
  readonly breaker: BreakerDetail;
  readonly action: ActionName;
}

function Control({ breaker, action }: ControlProps) {
  const ask = useAsk();
  const may = useMay('operator');
  const asksHowMuch = action === 'set' || action === 'dim';
  const outlook = asksHowMuch ? null : preview(breaker, action, NO_PARAMETERS, breaker.now);
  const refusal = may
    ? outlook?.possible === false
      ? outlook.why
      : null
    : 'Viewers watch. Ask an admin for the operator role.';
  const Icon = ICONS[action];
  const button = (
    <Button
      variant={action === 'abort' ? 'danger-outline' : 'outline'}
      aria-disabled={refusal !== null}
      onClick={() => {
        if (refusal === null) ask({ breaker: breaker.key, action });
      }}
      className="max-sm:h-10 max-sm:flex-1"
    >
      {Icon === undefined ? null : <Icon size={14} aria-hidden />}
      {ACTIONS[action].label}
    </Button>
  );
  return refusal === null ? button : <Tooltip text={refusal}>{button}</Tooltip>;
}

export function LadderControls({ breaker }: { readonly breaker: BreakerDetail }) {
  return (
    <div role="group" aria-label="Steer the recovery" className="flex flex-wrap gap-2">
      {offered(breaker).map((action) => (
        <Control key={action} breaker={breaker} action={action} />
      ))}
    </div>
  );
}

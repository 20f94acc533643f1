'use client';

import type { BreakerDetail } from '@recloser/protocol';
import { CircleSlash, Hand, type LucideIcon, Pause, Play, RotateCw, Sparkles } from 'lucide-react';
import { Fragment } from 'react';
import { Button, type ButtonVariant } from '@/components/ui/button';
import { Tooltip } from '@/components/ui/tooltip';
import { useAsk } from '@/features/actions/action-provider';
import type { ActionName } from '@/features/actions/action-catalogue';
import { NO_PARAMETERS, preview } from '@/features/actions/action-preview';
import { usePlainKeys } from '@/features/palette/use-plain-keys';
import { useMay } from '@/features/session/session-context';

const WATCHING = 'Viewers watch. Ask an admin for the operator role.';

interface HeaderAction {
  readonly action: ActionName;
  readonly label: string;
  readonly icon: LucideIcon;
  readonly variant: ButtonVariant;
}

const OPEN: HeaderAction = {
  action: 'trip',
  label: 'Open',
  icon: CircleSlash,
  variant: 'danger-outline',
};
const HOLD_OPEN: HeaderAction = { ...OPEN, label: 'Hold open', icon: Hand, variant: 'solid' };
const RESTORE: HeaderAction = {
  action: 'restore',
  label: 'Restore',
  icon: RotateCw,
  variant: 'solid',
};
const RESUME: HeaderAction = { action: 'resume', label: 'Resume', icon: Play, variant: 'solid' };
const PAUSE: HeaderAction = { action: 'hold', label: 'Pause', icon: Pause, variant: 'solid' };
const RELEASE: HeaderAction = {
  action: 'auto',
  label: 'Make automatic',
  icon: Sparkles,
  variant: 'solid',
};

/** What a person most likely wants in this state, first. At most one of them is solid. */
function offered({ current, mode }: BreakerDetail): readonly HeaderAction[] {
  const held = mode === 'held';
  switch (current.kind) {
    case 'open':
      return held ? [RESTORE] : [HOLD_OPEN, { ...RESTORE, variant: 'outline' }];
    case 'probing':
      return held ? [RESTORE, HOLD_OPEN_TOO] : [HOLD_OPEN];
    case 'ramping':
      return [current.paused || held ? RESUME : PAUSE, OPEN];
    case 'dimmed':
      return [RESTORE, OPEN];
    case 'closed':
      return held ? [RELEASE, OPEN] : [OPEN];
  }
}

const HOLD_OPEN_TOO: HeaderAction = { ...HOLD_OPEN, variant: 'outline' };

/** null: it can be done; else why not. */
function refusalOf(breaker: BreakerDetail, action: ActionName, may: boolean): string | null {
  if (!may) return WATCHING;
  const outlook = preview(breaker, action, NO_PARAMETERS, breaker.now);
  return outlook.possible ? null : outlook.why;
}

const LETTERS: Readonly<Record<string, readonly ActionName[]>> = {
  o: ['trip'],
  r: ['restore', 'resume', 'auto'],
};

/** The big buttons: they follow the state. */
export function BreakerActions({ breaker }: { readonly breaker: BreakerDetail }) {
  const ask = useAsk();
  const may = useMay('operator');
  const actions = offered(breaker);
  const act = (action: ActionName) => () => {
    if (refusalOf(breaker, action, may) === null) ask({ breaker: breaker.key, action });
  };
  usePlainKeys((event) => {
    const meant = LETTERS[event.key]?.find((action) =>
      actions.some((one) => one.action === action),
    );
    if (meant !== undefined) act(meant)();
  });
  return actions.map(({ action, label, icon: Icon, variant }) => {
    const refusal = refusalOf(breaker, action, may);
    const button = (
      <Button
        size="lg"
        variant={variant}
        aria-disabled={refusal !== null}
        onClick={act(action)}
        className="max-sm:flex-1"
      >
        <Icon size={16} aria-hidden /> {label}
      </Button>
    );
    return refusal === null ? (
      <Fragment key={action}>{button}</Fragment>
    ) : (
      <Tooltip key={action} text={refusal}>
        {button}
      </Tooltip>
    );
  });
}

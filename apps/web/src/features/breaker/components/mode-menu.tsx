'use client';

import type { Mode } from '@recloser/core';
import type { BreakerDetail } from '@recloser/protocol';
import { Check, ChevronDown, Eye, Hand, type LucideIcon, Sparkles } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Menu, type MenuEntry } from '@/components/ui/menu';
import { useAsk } from '@/features/actions/action-provider';
import type { ActionName } from '@/features/actions/action-catalogue';
import { useMay } from '@/features/session/session-context';

interface ModeChoice {
  readonly mode: Mode;
  readonly action: ActionName;
  readonly label: string;
  readonly note: string;
  readonly icon: LucideIcon;
}

const MODES: readonly ModeChoice[] = [
  { mode: 'auto', action: 'auto', label: 'Automatic', note: 'Evidence moves it', icon: Sparkles },
  { mode: 'held', action: 'freeze', label: 'Held', note: 'Stays as it is', icon: Hand },
  {
    mode: 'observe',
    action: 'observe',
    label: 'Observe',
    note: 'Decides, blocks nothing',
    icon: Eye,
  },
];

/** Who moves the breaker: evidence, a person, or nobody. */
export function ModeMenu({ breaker }: { readonly breaker: BreakerDetail }) {
  const ask = useAsk();
  const may = useMay('operator');
  const current = MODES.find(({ mode }) => mode === breaker.mode);
  const entries = MODES.map(({ mode, action, label, note, icon }): MenuEntry => {
    const here = mode === breaker.mode;
    const call = () => {
      ask({ breaker: breaker.key, action });
    };
    return {
      kind: 'item',
      label,
      note,
      icon,
      disabled: !may || here,
      action: { kind: 'call', call },
      ...(here ? { aside: <Check size={14} aria-label="current" /> } : {}),
    };
  });
  return (
    <Menu
      entries={entries}
      trigger={
        <Button size="lg" className="max-sm:order-last max-sm:w-full max-sm:justify-between">
          <span className="text-fg-3">Mode</span>{' '}
          {breaker.paused ? 'Paused by a person' : current?.label}
          <ChevronDown size={14} className="text-fg-3" aria-hidden />
        </Button>
      }
    />
  );
}

'use client';

import type { LucideIcon } from 'lucide-react';
import { Slot } from 'radix-ui';
import { type ReactElement, type ReactNode, useState } from 'react';
import { lazyPart } from '@/lib/lazy-part';

export interface MenuItemEntry {
  readonly kind: 'item';
  readonly label: string;
  readonly note?: string;
  readonly icon?: LucideIcon;
  /** At the right end, e.g. a check mark. */
  readonly aside?: ReactNode;
  readonly disabled?: boolean;
  readonly action:
    | { readonly kind: 'call'; readonly call: () => void }
    | { readonly kind: 'page' | 'site' | 'download'; readonly href: string };
}

export type MenuEntry =
  | MenuItemEntry
  | { readonly kind: 'label'; readonly label: string }
  | { readonly kind: 'separator' };

interface MenuPlacement {
  readonly align?: 'start' | 'end';
  readonly side?: 'top' | 'bottom';
}

export interface MenuProps extends MenuPlacement {
  /** A button. */
  readonly trigger: ReactElement;
  readonly entries: readonly MenuEntry[];
}

const MenuPanel = lazyPart(() => import('./menu-panel').then((module) => module.MenuPanel));

/** A menu whose code is fetched when the pointer comes near, so that no page waits for it. */
export function Menu(props: MenuProps) {
  const [wanted, setWanted] = useState(false);
  const prepare = () => void MenuPanel.load().catch(() => undefined);
  const trigger = (
    <Slot.Root
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerEnter={prepare}
      onFocus={prepare}
      onClick={() => {
        setWanted(true);
      }}
    >
      {props.trigger}
    </Slot.Root>
  );
  return wanted ? <MenuPanel {...props} fallback={trigger} /> : trigger;
}

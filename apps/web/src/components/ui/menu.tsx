'use client';

import { Slot } from 'radix-ui';
import { useState } from 'react';
import { lazyPart } from '@/lib/lazy-part';
import type { MenuProps } from './menu-entries';

export type { MenuEntry } from './menu-entries';

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

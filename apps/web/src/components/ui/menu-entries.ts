import type { LucideIcon } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';

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

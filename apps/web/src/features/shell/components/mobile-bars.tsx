'use client';

import type { Project } from '@recloser/protocol';
import { Check, Ellipsis, Search } from 'lucide-react';
import Link from 'next/link';
import { Logo } from '@/components/shell/logo';
import { Button } from '@/components/ui/button';
import { Menu, type MenuEntry } from '@/components/ui/menu';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { usePalette } from '@/features/palette/palette-context';
import { cn } from '@/lib/cn';
import { routes } from '@/lib/routes';
import { ConnectionStatus, SkewNote } from './connection';
import { PlaceSwitcher } from './place-switcher';
import { useNavigation } from './use-navigation';
import { UserMenu } from './user-menu';

export function MobileTopBar({ projects }: { readonly projects: readonly Project[] }) {
  const place = useEnvironmentRef();
  const { open } = usePalette();
  return (
    <header className="sticky top-0 z-20 border-b border-line bg-canvas/95 px-3 backdrop-blur md:hidden">
      <div className="flex h-13 items-center gap-2">
        <Link href={routes.fleet(place)} aria-label="Fleet" className="rounded-md p-1">
          <Logo size={24} />
        </Link>
        <div className="min-w-0 flex-1">
          <PlaceSwitcher projects={projects} />
        </div>
        <ConnectionStatus />
        <Button variant="ghost" size="icon" aria-label="Jump to…" onClick={open}>
          <Search size={17} aria-hidden />
        </Button>
        <UserMenu compact />
      </div>
      <SkewNote />
    </header>
  );
}

const TAB = 'flex h-14 w-full flex-col items-center justify-center gap-1 text-2xs font-medium';

function MoreTab({ items }: { readonly items: ReturnType<typeof useNavigation> }) {
  const here = items.find(({ current }) => current);
  return (
    <Menu
      side="top"
      entries={items.map(({ label, icon, href, current }): MenuEntry => ({
        kind: 'item',
        label,
        icon,
        action: { kind: 'page', href },
        ...(current ? { aside: <Check size={14} aria-label="current" /> } : {}),
      }))}
      trigger={
        <button type="button" className={cn(TAB, here === undefined ? 'text-fg-3' : 'text-fg')}>
          <Ellipsis size={18} aria-hidden />
          {here?.label ?? 'More'}
        </button>
      }
    />
  );
}

export function MobileTabs() {
  const items = useNavigation();
  const more = items.filter(({ tab }) => tab !== true);
  return (
    <nav
      aria-label="Main"
      className="fixed inset-x-0 bottom-0 z-20 border-t border-line bg-canvas/95 pb-[env(safe-area-inset-bottom)] backdrop-blur md:hidden"
    >
      <ul className="flex">
        {items
          .filter(({ tab }) => tab === true)
          .map(({ label, icon: Icon, href, current }) => (
            <li key={label} className="flex-1">
              <Link
                href={href}
                aria-current={current ? 'page' : undefined}
                className={cn(TAB, current ? 'text-fg' : 'text-fg-3')}
              >
                <Icon size={18} strokeWidth={current ? 2.4 : 2} aria-hidden />
                {label}
              </Link>
            </li>
          ))}
        {more.length === 0 ? null : (
          <li className="flex-1">
            <MoreTab items={more} />
          </li>
        )}
      </ul>
    </nav>
  );
}

'use client';

import type { Project } from '@recloser/protocol';
import { Search } from 'lucide-react';
import Link from 'next/link';
import { Kbd } from '@/components/ui/kbd';
import { Wordmark } from '@/components/shell/logo';
import { usePalette } from '@/features/palette/palette-context';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { cn } from '@/lib/cn';
import { useCommandKey } from '@/lib/command-key';
import { routes } from '@/lib/routes';
import { AttentionList } from './attention-list';
import { ConnectionLine } from './connection';
import { PlaceSwitcher } from './place-switcher';
import { useNavigation } from './use-navigation';
import { UserMenu } from './user-menu';

type Item = ReturnType<typeof useNavigation>[number];

function NavigationLink({ item: { label, icon: Icon, href, current } }: { readonly item: Item }) {
  return (
    <li>
      <Link
        href={href}
        aria-current={current ? 'page' : undefined}
        className={cn(
          'flex h-8 items-center gap-2.5 rounded-md px-2.5 text-sm font-medium transition-colors',
          current ? 'bg-hover text-fg' : 'text-fg-2 hover:bg-hover hover:text-fg',
        )}
      >
        <Icon size={15} strokeWidth={2} aria-hidden />
        {label}
      </Link>
    </li>
  );
}

function NavigationLinks() {
  const items = useNavigation();
  const settings = items.filter((item) => item.settings === true);
  return (
    <nav aria-label="Main">
      <ul className="flex flex-col gap-px">
        {items
          .filter((item) => item.settings !== true)
          .map((item) => (
            <NavigationLink key={item.label} item={item} />
          ))}
      </ul>
      {settings.length === 0 ? null : (
        <>
          <h2 id="settings-title" className="px-2.5 pt-4 pb-1.5 text-xs text-fg-3">
            Settings
          </h2>
          <ul aria-labelledby="settings-title" className="flex flex-col gap-px">
            {settings.map((item) => (
              <NavigationLink key={item.label} item={item} />
            ))}
          </ul>
        </>
      )}
    </nav>
  );
}

function PaletteButton() {
  const { open } = usePalette();
  const commandKey = useCommandKey();
  return (
    <button
      type="button"
      onClick={open}
      className="flex h-8 items-center gap-2 rounded-md border border-line bg-surface px-2.5 text-sm text-fg-3 transition-colors hover:border-line-strong hover:text-fg-2"
    >
      <Search size={14} aria-hidden />
      <span className="flex-1 text-left">Jump to…</span>
      <Kbd>{commandKey === '⌘' ? '⌘K' : 'Ctrl K'}</Kbd>
    </button>
  );
}

export function Sidebar({ projects }: { readonly projects: readonly Project[] }) {
  const place = useEnvironmentRef();
  return (
    <div className="sticky top-0 hidden h-dvh w-56 shrink-0 flex-col border-r border-line bg-canvas md:flex">
      <div className="flex flex-col gap-3 p-3">
        <Link href={routes.fleet(place)} className="w-fit rounded-md px-1.5 py-1.5">
          <Wordmark />
        </Link>
        <PlaceSwitcher projects={projects} />
        <PaletteButton />
        <NavigationLinks />
      </div>
      <div className="scroll-thin min-h-0 flex-1 overflow-y-auto px-3 pt-3">
        <AttentionList />
      </div>
      <div className="flex flex-col gap-2 border-t border-line p-3">
        <ConnectionLine />
        <UserMenu />
      </div>
    </div>
  );
}

'use client';

import type { Project } from '@recloser/protocol';
import { Search } from 'lucide-react';
import Link from 'next/link';
import { Logo } from '@/components/shell/logo';
import { Button } from '@/components/ui/button';
import { usePlace } from '@/features/live/live-provider';
import { usePalette } from '@/features/palette/palette-context';
import { cn } from '@/lib/cn';
import { routes } from '@/lib/routes';
import { PlaceSwitcher } from './place-switcher';
import { useNavigation } from './use-navigation';
import { UserMenu } from './user-menu';

export function MobileTopBar({ projects }: { readonly projects: readonly Project[] }) {
  const place = usePlace();
  const { open } = usePalette();
  return (
    <div className="sticky top-0 z-20 flex h-13 items-center gap-2 border-b border-line bg-canvas/95 px-3 backdrop-blur md:hidden">
      <Link href={routes.fleet(place)} aria-label="Fleet" className="rounded-md p-1">
        <Logo size={24} />
      </Link>
      <div className="min-w-0 flex-1">
        <PlaceSwitcher projects={projects} />
      </div>
      <Button variant="ghost" size="icon" aria-label="Jump to…" onClick={open}>
        <Search size={17} aria-hidden />
      </Button>
      <UserMenu compact />
    </div>
  );
}

export function MobileTabs() {
  const items = useNavigation();
  return (
    <nav
      aria-label="Main"
      className="fixed inset-x-0 bottom-0 z-20 border-t border-line bg-canvas/95 pb-[env(safe-area-inset-bottom)] backdrop-blur md:hidden"
    >
      <ul className="flex">
        {items.map(({ label, icon: Icon, href, current }) => (
          <li key={label} className="flex-1">
            <Link
              href={href}
              aria-current={current ? 'page' : undefined}
              className={cn(
                'flex h-14 flex-col items-center justify-center gap-1 text-2xs font-medium',
                current ? 'text-fg' : 'text-fg-3',
              )}
            >
              <Icon size={18} strokeWidth={current ? 2.4 : 2} aria-hidden />
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

'use client';

import {
  Bell,
  BookOpen,
  Check,
  Globe,
  Keyboard,
  KeyRound,
  LogOut,
  Monitor,
  Moon,
  Sun,
} from 'lucide-react';
import { useState } from 'react';
import { Menu, type MenuEntry } from '@/components/ui/menu';
import {
  mayNotify,
  NOTICES_KEY,
  notificationsOn,
} from '@/features/trip-notifications/notifications';
import { usePalette } from '@/features/palette/palette-context';
import { signOut } from '@/features/session/api/session';
import { useUser } from '@/features/session/session-context';
import { cn } from '@/lib/cn';
import { initials } from '@/lib/format';
import { lazyPart } from '@/lib/lazy-part';
import { useStored } from '@/lib/stored';
import { useZone } from '@/lib/zone';
import { setTheme } from './set-theme';

const ChangePassword = lazyPart(() =>
  import('@/features/session/components/change-password').then((module) => module.ChangePassword),
);

const THEMES = [
  { value: 'dark', label: 'Dark', icon: Moon },
  { value: 'light', label: 'Light', icon: Sun },
  { value: 'system', label: 'As the system', icon: Monitor },
] as const;

function leave(): void {
  void signOut().finally(() => {
    location.assign('/sign-in');
  });
}

const CHECK = { aside: <Check size={14} aria-label="on" /> };

/** What this browser remembers: the zone of times, and notices of trips. */
function useChoices(): readonly MenuEntry[] {
  const [zone, setZone] = useZone();
  const [notices, setNotices] = useStored(NOTICES_KEY, notificationsOn);
  const toggleNotices = async () => {
    setNotices(!notices && (await mayNotify()) ? 'on' : 'off');
  };
  return [
    {
      kind: 'item',
      label: 'Times in UTC',
      icon: Globe,
      action: {
        kind: 'call',
        call: () => {
          setZone(zone === 'utc' ? 'local' : 'utc');
        },
      },
      ...(zone === 'utc' ? CHECK : {}),
    },
    {
      kind: 'item',
      label: 'Notify me of trips',
      icon: Bell,
      action: { kind: 'call', call: () => void toggleNotices() },
      ...(notices ? CHECK : {}),
    },
    { kind: 'separator' },
  ];
}

function entriesOf(
  email: string,
  choices: readonly MenuEntry[],
  showKeys: () => void,
  changePassword: () => void,
): readonly MenuEntry[] {
  return [
    { kind: 'label', label: email },
    { kind: 'separator' },
    ...THEMES.map(({ value, label, icon }): MenuEntry => {
      const call = () => {
        setTheme(value);
      };
      return { kind: 'item', label, icon, action: { kind: 'call', call } };
    }),
    { kind: 'separator' },
    ...choices,
    {
      kind: 'item',
      label: 'Keyboard shortcuts',
      icon: Keyboard,
      action: { kind: 'call', call: showKeys },
    },
    {
      kind: 'item',
      label: 'API reference',
      icon: BookOpen,
      action: { kind: 'site', href: '/docs' },
    },
    { kind: 'separator' },
    {
      kind: 'item',
      label: 'Change password',
      icon: KeyRound,
      action: { kind: 'call', call: changePassword },
    },
    { kind: 'item', label: 'Sign out', icon: LogOut, action: { kind: 'call', call: leave } },
  ];
}

export function UserMenu({ compact = false }: { readonly compact?: boolean }) {
  const user = useUser();
  const { showKeys } = usePalette();
  const choices = useChoices();
  const [changing, setChanging] = useState(false);
  return (
    <>
      <Menu
        side={compact ? 'bottom' : 'top'}
        entries={entriesOf(user.email, choices, showKeys, () => {
          setChanging(true);
        })}
        trigger={
          <button
            type="button"
            className={cn(
              'flex min-w-0 items-center gap-2.5 rounded-md text-left transition-colors hover:bg-hover',
              compact ? 'p-1' : 'w-full px-1.5 py-1.5',
            )}
          >
            <span
              aria-hidden
              className="grid size-7 shrink-0 place-items-center rounded-full border border-line-strong bg-raised text-2xs font-semibold text-fg-2"
            >
              {initials(user.name)}
            </span>
            <span className={compact ? 'sr-only' : 'min-w-0 flex-1'}>
              <span className="block truncate text-sm leading-4 font-medium">{user.name}</span>
              <span className="block truncate text-2xs leading-3.5 text-fg-3 capitalize">
                {user.role}
              </span>
            </span>
          </button>
        }
      />
      {changing ? (
        <ChangePassword
          onClose={() => {
            setChanging(false);
          }}
        />
      ) : null}
    </>
  );
}

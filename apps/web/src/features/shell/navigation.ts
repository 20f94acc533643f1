import type { Role } from '@recloser/core';
import {
  Activity,
  Bell,
  CalendarClock,
  FileDown,
  KeyRound,
  Layers,
  type LucideIcon,
  ScrollText,
  SlidersHorizontal,
  Server,
  SquareTerminal,
  Users,
  UsersRound,
  Webhook,
} from 'lucide-react';
import { type EnvironmentRef, routes } from '@/lib/routes';

interface NavigationItem {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly href: (place: EnvironmentRef) => string;
  /** Who sees it. */
  readonly role: Role;
  /** Has a tab of its own on a phone; the others are behind "More". */
  readonly tab?: true;
  /** Below its own heading: what is set up once. */
  readonly settings?: true;
}

export const NAVIGATION: readonly NavigationItem[] = [
  { label: 'Fleet', icon: Activity, href: routes.fleet, role: 'viewer', tab: true },
  { label: 'Audit', icon: ScrollText, href: routes.audit, role: 'viewer', tab: true },
  { label: 'Instances', icon: Server, href: routes.instances, role: 'viewer', tab: true },
  { label: 'Schedules', icon: CalendarClock, href: routes.schedules, role: 'viewer' },
  { label: 'Segments', icon: UsersRound, href: routes.segments, role: 'viewer', settings: true },
  {
    label: 'Notifications',
    icon: Bell,
    href: routes.notifications,
    role: 'viewer',
    settings: true,
  },
  {
    label: 'Settings',
    icon: SlidersHorizontal,
    href: routes.settings,
    role: 'viewer',
    settings: true,
  },
  {
    label: 'Import, export',
    icon: FileDown,
    href: routes.transfer,
    role: 'viewer',
    settings: true,
  },
  { label: 'Keys', icon: KeyRound, href: routes.keys, role: 'admin', settings: true },
  { label: 'API tokens', icon: SquareTerminal, href: routes.tokens, role: 'admin', settings: true },
  { label: 'Triggers', icon: Webhook, href: routes.triggers, role: 'admin', settings: true },
  { label: 'People', icon: Users, href: routes.people, role: 'admin', settings: true },
  {
    label: 'Environments',
    icon: Layers,
    href: routes.environments,
    role: 'admin',
    settings: true,
  },
];

/** True when `pathname` is the page of `href` or below it; a breaker's page is below Fleet. */
export function isCurrent(pathname: string, href: string, place: EnvironmentRef): boolean {
  if (pathname === href) return true;
  if (href === routes.fleet(place)) {
    const below = pathname.slice(href.length);
    return pathname.startsWith(href) && /^\/(?:breakers|connect)(?:\/|$)/.test(below);
  }
  return pathname.startsWith(`${href}/`);
}

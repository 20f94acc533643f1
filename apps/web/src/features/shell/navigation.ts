import type { Role } from '@recloser/core';
import { Activity, KeyRound, type LucideIcon, ScrollText, Server, Users } from 'lucide-react';
import { type Place, routes } from '@/lib/routes';

interface NavigationItem {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly href: (place: Place) => string;
  /** Who sees it. */
  readonly role: Role;
}

export const NAVIGATION: readonly NavigationItem[] = [
  { label: 'Fleet', icon: Activity, href: routes.fleet, role: 'viewer' },
  { label: 'Audit', icon: ScrollText, href: routes.audit, role: 'viewer' },
  { label: 'Instances', icon: Server, href: routes.instances, role: 'viewer' },
  { label: 'Keys', icon: KeyRound, href: routes.keys, role: 'admin' },
  { label: 'People', icon: Users, href: routes.people, role: 'admin' },
];

/** True when `pathname` is the page of `href` or below it; a breaker's page is below Fleet. */
export function isCurrent(pathname: string, href: string, place: Place): boolean {
  if (pathname === href) return true;
  if (href === routes.fleet(place)) {
    const below = pathname.slice(href.length);
    return pathname.startsWith(href) && /^\/(?:breakers|connect)(?:\/|$)/.test(below);
  }
  return pathname.startsWith(`${href}/`);
}

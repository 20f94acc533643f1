'use client';

import { usePathname } from 'next/navigation';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { useMay } from '@/features/session/session-context';
import { isCurrent, NAVIGATION } from '../navigation';

/** The navigation of the signed-in person, with addresses and the current place. */
export function useNavigation() {
  const place = useEnvironmentRef();
  const pathname = usePathname();
  const admin = useMay('admin');
  return NAVIGATION.filter((item) => admin || item.role !== 'admin').map((item) => {
    const href = item.href(place);
    return { ...item, href, current: isCurrent(pathname, href, place) };
  });
}

'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { useLiveStore, useEnvironmentRef } from '@/features/live/live-provider';
import { routes } from '@/lib/routes';
import { useStored } from '@/lib/stored';
import { newTrips, NOTICES_KEY, notificationsOn, notificationText } from './notifications';

/** Browser notices of trips, for whoever asked for them and is looking elsewhere. */
export function TripNotifications() {
  const store = useLiveStore();
  const place = useEnvironmentRef();
  const router = useRouter();
  const [on] = useStored(NOTICES_KEY, notificationsOn);
  useEffect(() => {
    if (!on || !('Notification' in window)) return;
    let { breakers, status } = store.get();
    return store.subscribe(() => {
      const next = store.get();
      const trips = status === 'live' ? newTrips(breakers, next.breakers) : [];
      ({ breakers, status } = next);
      if (document.hasFocus() || Notification.permission !== 'granted') return;
      for (const trip of trips) {
        const { breaker } = trip;
        const { title, body } = notificationText(trip);
        const notice = new Notification(title, { body, tag: breaker.key });
        notice.onclick = () => {
          window.focus();
          router.push(routes.breaker(place, breaker.key));
        };
      }
    });
  }, [on, place, router, store]);
  return null;
}

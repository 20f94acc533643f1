'use client';

import { useEffect } from 'react';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { LAST_PLACE_COOKIE, placeCookie } from '@/lib/last-environment';

const YEAR_S = 31_536_000;

/** The next visit begins where this one was. */
export function RememberEnvironment() {
  const place = useEnvironmentRef();
  useEffect(() => {
    document.cookie = `${LAST_PLACE_COOKIE}=${placeCookie(place)}; path=/; max-age=${YEAR_S}; samesite=lax`;
  }, [place]);
  return null;
}

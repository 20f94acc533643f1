'use client';

import { useRouter } from 'next/navigation';
import { useRef } from 'react';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { routes } from '@/lib/routes';
import { usePlainKeys } from './use-plain-keys';

/** How long G waits for its second letter. */
const WAIT_MS = 1_200;

const PAGES = { f: routes.fleet, a: routes.audit, i: routes.instances } as const;

function isPage(key: string): key is keyof typeof PAGES {
  return key in PAGES;
}

/** G and a letter go to a page. */
export function useGoKeys(): void {
  const router = useRouter();
  const place = useEnvironmentRef();
  const pressedAt = useRef(-Infinity);
  usePlainKeys((event) => {
    const waiting = event.timeStamp - pressedAt.current < WAIT_MS;
    pressedAt.current = event.key === 'g' ? event.timeStamp : -Infinity;
    if (waiting && isPage(event.key)) router.push(PAGES[event.key](place));
  });
}

'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useEffectEvent, useRef } from 'react';
import { usePlace } from '@/features/live/live-provider';
import { routes } from '@/lib/routes';
import { isTyping } from './is-typing';

/** How long G waits for its second letter. */
const WAIT_MS = 1_200;

const PAGES = { f: routes.fleet, a: routes.audit, i: routes.instances } as const;

function isPage(key: string): key is keyof typeof PAGES {
  return key in PAGES;
}

/** G and a letter go to a page. */
export function useGoKeys(): void {
  const router = useRouter();
  const place = usePlace();
  const pressedAt = useRef(-Infinity);
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (isTyping(event) || event.metaKey || event.ctrlKey || event.altKey) return;
    const waiting = event.timeStamp - pressedAt.current < WAIT_MS;
    pressedAt.current = event.key === 'g' ? event.timeStamp : -Infinity;
    if (waiting && isPage(event.key)) router.push(PAGES[event.key](place));
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      press(event);
    };
    addEventListener('keydown', listen);
    return () => {
      removeEventListener('keydown', listen);
    };
  }, []);
}

'use client';

import { useEffect } from 'react';
import { useConnectionStatus, useLiveValue } from '@/features/live/live-provider';
import { iconOf } from '@/lib/icon';
import { inPart, type Tone, toneOf } from '@/lib/vocabulary';

/** As in the light theme's marks: a tab's bar may be of any colour. */
const COLOURS: Partial<Record<Tone, string>> = { open: '#e5484d', half: '#d99a1f' };
const LOST = '#70747e';

function useWorst(): Tone | null {
  return useLiveValue(({ breakers }) => {
    let worst: Tone | null = null;
    for (const breaker of breakers.values()) {
      const tone = toneOf(breaker);
      if (tone === 'open') return tone;
      if (tone === 'half' || inPart(breaker)) worst = 'half';
    }
    return worst;
  });
}

/** The tab's icon tells of trouble while another tab is looked at. */
export function TroubleSignal() {
  const worst = useWorst();
  const lost = useConnectionStatus() === 'lost';
  const colour = lost ? LOST : worst === null ? null : (COLOURS[worst] ?? null);
  useEffect(() => {
    const href = iconOf(colour, lost);
    const write = () => {
      for (const link of document.querySelectorAll<HTMLLinkElement>('link[rel~="icon"]')) {
        if (link.href !== href) link.href = href;
      }
    };
    write();
    // The framework writes its own, which knows of no trouble, when a page comes.
    const observer = new MutationObserver(write);
    observer.observe(document.head, { childList: true });
    return () => {
      observer.disconnect();
    };
  }, [colour, lost]);
  return null;
}

'use client';

import { useEffect } from 'react';
import { useConnectionStatus, useLiveValue } from '@/features/live/live-provider';
import { inPart, type Tone, toneOf } from '@/lib/vocabulary';

/** As in the light theme's marks: a tab's bar may be of any colour. */
const COLOURS: Partial<Record<Tone, string>> = { open: '#e5484d', half: '#d99a1f' };
const LOST = '#70747e';

/** The mark, and a dot where there is trouble; a ring instead of a dot while nothing is known. */
function iconOf(colour: string | null, hollow: boolean): string {
  const dot =
    colour === null
      ? ''
      : `<circle cx="24" cy="8" r="6" fill="${hollow ? '#fff' : colour}" stroke="${hollow ? colour : '#fff'}" stroke-width="2.5"/>`;
  const mark =
    '<rect width="32" height="32" rx="8" fill="#16171b"/><g stroke="#fff" stroke-width="2.6" stroke-linecap="round"><path d="M5 22h5M22 22h5M10.4 21.7 20 11"/></g>';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${mark}${dot}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

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
    // The framework writes its own when a page comes.
    const observer = new MutationObserver(write);
    observer.observe(document.head, { childList: true });
    return () => {
      observer.disconnect();
    };
  }, [colour, lost]);
  return null;
}

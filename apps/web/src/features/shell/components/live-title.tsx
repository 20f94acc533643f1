'use client';

import { useEffect } from 'react';

/** Keeps the tab's title true, so that a tab in the background tells the state. */
export function LiveTitle({ text }: { readonly text: string }) {
  useEffect(() => {
    const title = `${text} · Recloser`;
    const write = () => {
      if (document.title !== title) document.title = title;
    };
    write();
    // The framework writes the page's own title when that arrives, which may be later.
    const observer = new MutationObserver(write);
    observer.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => {
      observer.disconnect();
    };
  }, [text]);
  return null;
}

'use client';

import { useEffect, useEffectEvent } from 'react';
import { isTyping } from './is-typing';

/** Told of each key that is pressed alone, outside of fields and dialogs. */
export function usePlainKeys(onKey: (event: KeyboardEvent) => void): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (isTyping(event) || event.metaKey || event.ctrlKey || event.altKey) return;
    // A dialog in front owns the keyboard.
    if (document.querySelector('[role=dialog]') !== null) return;
    onKey(event);
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

'use client';

import { useSyncExternalStore } from 'react';

export type CommandKey = '⌘' | 'Ctrl';

/** What the key of shortcuts is called on this machine. */
export function commandKeyOn(platform: string): CommandKey {
  return /mac|iphone|ipad|ipod/i.test(platform) ? '⌘' : 'Ctrl';
}

const never = () => () => undefined;

/** The same, for what is drawn; a server knows no machine and says Ctrl, as most are. */
export function useCommandKey(): CommandKey {
  return useSyncExternalStore(
    never,
    () => commandKeyOn(navigator.userAgent),
    () => 'Ctrl',
  );
}

'use client';

import type { BreakerSummary } from '@recloser/protocol';
import { stateWord, toneOf } from '@/lib/vocabulary';

export const NOTICES_KEY = 'recloser.notices';

export function noticesOn(text: string | null): boolean {
  return text === 'on';
}

/** Breakers that opened between two states of the feed. Those that only observe open nothing. */
export function newlyOpen(
  before: ReadonlyMap<string, BreakerSummary>,
  after: ReadonlyMap<string, BreakerSummary>,
): readonly BreakerSummary[] {
  if (before === after) return [];
  return [...after.values()].filter((breaker) => {
    const known = before.get(breaker.key);
    return toneOf(breaker) === 'open' && known !== undefined && toneOf(known) === 'closed';
  });
}

export function noticeText(breaker: BreakerSummary): { title: string; body: string } {
  return { title: `${breaker.key}: ${stateWord(breaker)}`, body: breaker.summary };
}

/** Asks the browser for leave, in answer to a click. False when it is refused or there are no notices. */
export async function mayNotify(): Promise<boolean> {
  if (!('Notification' in window)) return false;
  if (Notification.permission !== 'default') return Notification.permission === 'granted';
  return (await Notification.requestPermission()) === 'granted';
}

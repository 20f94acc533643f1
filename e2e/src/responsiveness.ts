import type { Page } from '@playwright/test';

export interface Responsiveness {
  /** Each interaction's time to the next paint, ms, the longest first. */
  readonly interactions: readonly { readonly name: string; readonly ms: number }[];
  /** Tasks above 50 ms, the longest first, ms. */
  readonly longTasks: readonly number[];
}

interface Recorded {
  interactions: { id: number; name: string; ms: number }[];
  longTasks: number[];
}

declare global {
  interface Window {
    recorded?: Recorded;
  }
}

/** To be called before the page is loaded: the browser itself then measures. */
export async function recordResponsiveness(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const recorded: Recorded = { interactions: [], longTasks: [] };
    window.recorded = recorded;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as PerformanceEventTiming[]) {
        const id = entry.interactionId;
        if (id > 0) recorded.interactions.push({ id, name: entry.name, ms: entry.duration });
      }
    }).observe({
      type: 'event',
      durationThreshold: 16,
      buffered: false,
    } as PerformanceObserverInit);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) recorded.longTasks.push(entry.duration);
    }).observe({ type: 'longtask' });
  });
}

/** Forgets what was recorded so far, e.g. the loading of the page. */
export async function forgetResponsiveness(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.recorded?.interactions.splice(0);
    window.recorded?.longTasks.splice(0);
  });
}

export async function readResponsiveness(page: Page): Promise<Responsiveness> {
  const { interactions, longTasks } = await page.evaluate(
    () => window.recorded ?? { interactions: [], longTasks: [] },
  );
  // One interaction is several events: its longest counts.
  const longest = new Map<number, { name: string; ms: number }>();
  for (const { id, name, ms } of interactions) {
    if (ms > (longest.get(id)?.ms ?? 0)) longest.set(id, { name, ms });
  }
  return {
    interactions: [...longest.values()].toSorted((a, b) => b.ms - a.ms),
    longTasks: longTasks.map(Math.round).toSorted((a, b) => b - a),
  };
}

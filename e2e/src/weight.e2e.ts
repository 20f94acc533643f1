import { expect } from '@playwright/test';
import { pagesOf } from './pages.js';
import { test } from './stack.js';

/** Bytes of script, compressed as they travel, that a page may need before it can be used. */
const BUDGET = 200_000;

test('no page needs more than 200 kB of script at first', async ({ stack, signedIn: page }) => {
  await stack.createBreaker('weighed');
  const pages = [...pagesOf(stack, 'weighed'), `${stack.url}/gallery`, `${stack.url}/sign-in`];
  const heavy: string[] = [];
  const browser = await page.context().newCDPSession(page);
  await browser.send('Network.enable');
  await browser.send('Network.setCacheDisabled', { cacheDisabled: true });
  for (const address of pages) {
    const answer = await page.goto(address, { waitUntil: 'load' });
    // What the document itself names: parts that come later, when they are wanted, do not hold it up.
    const named = [...((await answer?.text()) ?? '').matchAll(/<script[^>]* src="([^"]+)"/g)];
    const wanted = named.map(([, src]) => new URL(src ?? '', address).href);
    const bytes = await page.evaluate(
      (scripts) =>
        performance
          .getEntriesByType('resource')
          .filter(({ name }) => scripts.includes(name))
          .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).encodedBodySize, 0),
      wanted,
    );
    expect(bytes, 'the browser tells the size of scripts').toBeGreaterThan(50_000);
    const { pathname } = new URL(address);
    process.stdout.write(`    ${(bytes / 1_000).toFixed(1).padStart(6)} kB ${pathname}\n`);
    if (bytes > BUDGET) heavy.push(`${pathname}: ${bytes}`);
  }
  expect(heavy).toEqual([]);
});

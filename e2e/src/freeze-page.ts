import { type Page } from '@playwright/test';

/**
 * Puts a copy of the page in its place that no script changes any more, with the same words wherever those differ from
 * run to run: times, durations below an hour, hashes and keys. What is drawn on a canvas is blank in the copy, and
 * what matches `without` is left out.
 */
export async function holdStill(page: Page, without: string): Promise<void> {
  await page.evaluate(async (without) => {
    await document.fonts.ready;
    const usual: readonly (readonly [RegExp, string])[] = [
      [/\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}\b/g, '14 Mar 2026'],
      [/\b\d{2}:\d{2}:\d{2}\b/g, '02:14:07'],
      [/\b(?:\d+ m )?\d+(?:\.\d)? s\b|\b\d+ m\b/g, '9 s'],
      [/\b[0-9a-f]{8,}\b/g, '0c0ffee0'],
      [/\brk_[\w-]+/g, 'rk_0c0ffee0'],
    ];
    const copy = document.body.cloneNode(true);
    const texts = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
      let words = text.textContent ?? '';
      for (const [varying, same] of usual) words = words.replaceAll(varying, same);
      if (words !== text.textContent) text.textContent = words;
    }
    // What is chosen is no part of a copy.
    const chosen = [...document.querySelectorAll('select')].map(
      ({ selectedIndex }) => selectedIndex,
    );
    document.body.replaceWith(copy);
    document.querySelectorAll('select').forEach((select, index) => {
      select.selectedIndex = chosen[index] ?? 0;
    });
    for (const part of document.querySelectorAll<HTMLElement>(without)) part.style.display = 'none';
  }, without);
}

import { expect } from '@playwright/test';
import { type Stack, test } from './stack.js';

const BREAKERS = 5_000;
/** As many as one file may hold. */
const PER_FILE = 500;
/** The page's own document holds some hundreds; the last by name is not among them by its name. */
const LAST = `dependency-${BREAKERS - 1}`;

async function createFleet(stack: Stack): Promise<string> {
  const place = await stack.createPlace('large', 'live');
  for (let first = 0; first < BREAKERS; first += PER_FILE) {
    const keys = Array.from({ length: PER_FILE }, (_, index) => {
      const number = String(first + index).padStart(4, '0');
      return `  dependency-${number}: { owner: team-${(first + index) % 40} }`;
    });
    const document = ['recloser: 1', 'breakers:', ...keys].join('\n');
    await stack.rest.must('POST', `${place}/import`, { document, reason: 'set up' });
  }
  return place;
}

test('five thousand breakers: trouble is in the page itself, and any of them is found at once', async ({
  signedIn: page,
  stack,
}) => {
  test.slow();
  const place = await createFleet(stack);
  await stack.rest.must('POST', `${place}/breakers/${LAST}/trip`, { reason: 'trouble' });
  const answer = await page.request.get(`${stack.url}/large/live`);
  expect(await answer.text()).toContain(LAST);

  const began = performance.now();
  await page.goto(`${stack.url}/large/live`);
  const rows = page.getByRole('region', { name: 'Breakers' }).getByRole('listitem');
  await expect(rows.first()).toContainText(LAST);
  const drawnMs = performance.now() - began;
  await expect(rows.first()).toHaveAttribute('aria-setsize', String(BREAKERS));
  const wholeMs = performance.now() - began;

  const typed = performance.now();
  await page.getByRole('searchbox', { name: 'Search breakers' }).fill('dependency-4321');
  await expect(rows).toHaveCount(1);
  await expect(rows.first()).toContainText('dependency-4321');
  const foundMs = performance.now() - typed;
  await page.getByRole('button', { name: 'Clear' }).click();

  await page.keyboard.press('End');
  await expect(page.getByRole('link', { name: 'dependency-4998', exact: true })).toBeVisible();
  expect(await rows.count()).toBeLessThan(100);
  const figures = `drawn after ${Math.round(drawnMs)} ms, all ${BREAKERS} after ${Math.round(wholeMs)} ms; found after ${Math.round(foundMs)} ms`;
  test.info().annotations.push({ type: 'figures', description: figures });
  process.stdout.write(`    ${figures}\n`);
});

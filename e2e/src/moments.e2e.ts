import { expect } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { expectAccessible } from './accessible.js';
import { ENVIRONMENT } from './rest.js';
import { breakerPage, test } from './stack.js';

test('a transition opens its evidence, a moment has an address, and the incident can be taken away', async ({
  signedIn: page,
  stack,
}) => {
  const reason = 'Provider | incident 4711';
  await stack.createBreaker('moments');
  const service = await stack.connect('moments', 'moments-1');
  await service.callAsEach(['a', 'b', 'c']);
  await stack.rest.must('POST', `${ENVIRONMENT}/breakers/moments/trip`, { reason });
  await expect.poll(() => service.breaker.stats().state).toBe('open');
  await page.goto(breakerPage(stack, 'moments'));

  const transitions = page.getByRole('list', { name: 'Transitions' });
  await transitions.getByRole('button', { name: /^Open/ }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('blockquote').or(dialog.getByText(reason)).first()).toBeVisible();
  await dialog.getByRole('button', { name: 'Point the page at this moment' }).click();
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL(/at=20\d\d-/);

  await page.reload();
  const moment = page.getByRole('status').filter({ hasText: 'Back to now' });
  await expect(moment).toContainText('Open');
  await expect(page.getByRole('heading', { name: /^Events before/ })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Incident timeline' }).click();
  await expect(dialog.getByLabel('Timeline in Markdown')).toContainText('# Incident: moments');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Download' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('incident-moments.md');
  const text = await readFile(await download.path(), 'utf8');
  expect(text).toContain(String.raw`Provider \| incident 4711`);
  await page.keyboard.press('Escape');
  await moment.getByRole('button', { name: 'Back to now' }).click();
  await expect(page).not.toHaveURL(/at=/);
});

test('the chart is brushed, zoomed and moved, and the address says where it is', async ({
  signedIn: page,
  stack,
}) => {
  await stack.createBreaker('brushed');
  await page.goto(`${breakerPage(stack, 'brushed')}?range=24h`);
  const plot = page.locator('.u-over').first();
  await plot.scrollIntoViewIfNeeded();
  const box = await plot.boundingBox();
  if (box === null) throw new Error('The chart is not drawn.');
  const [left, right, y] = [box.x + box.width / 4, box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(left, y);
  await page.mouse.down();
  await page.mouse.move(right, y, { steps: 4 });
  await page.mouse.up();
  await expect(page).toHaveURL(/from=\d+&to=\d+/);
  const length = () => {
    const { searchParams } = new URL(page.url());
    return Number(searchParams.get('to')) - Number(searchParams.get('from'));
  };
  const brushed = length();
  expect(brushed / 3_600_000).toBeGreaterThan(5.5);
  expect(brushed / 3_600_000).toBeLessThan(6.5);
  await page.getByRole('button', { name: 'Zoom in' }).click();
  await expect.poll(length).toBeLessThan(brushed * 0.6);
  await page.getByRole('radio', { name: '30 d' }).click();
  await expect(page).toHaveURL(/range=30d/);
});

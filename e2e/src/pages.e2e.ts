import { expect } from '@playwright/test';
import { expectAccessible } from './accessible.js';
import { breakerPage, test, useTheme } from './stack.js';

const PAGES = [
  '',
  '/audit',
  '/instances',
  '/schedules',
  '/segments',
  '/transfer',
  '/keys',
  '/people',
  '/environments',
];

for (const colorScheme of ['dark', 'light'] as const) {
  test(`every page is accessible, ${colorScheme}`, async ({ signedIn: page, stack }) => {
    test.slow();
    const breaker = `accessible-${colorScheme}`;
    await stack.createBreaker(breaker);
    await useTheme(page, stack.url, colorScheme);
    for (const path of PAGES) {
      await page.goto(`${stack.url}/default/production${path}`);
      await expect(page.getByRole('heading').first()).toBeVisible();
      await expectAccessible(page);
    }
    await page.goto(breakerPage(stack, breaker));
    await expect(page.getByRole('heading', { name: breaker })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await expect(page.getByRole('dialog').getByLabel('Reason', { exact: true })).toBeVisible();
    await expectAccessible(page);
  });
}

test('a phone shows the fleet and a breaker without scrolling sideways', async ({
  signedIn: page,
  stack,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await stack.createBreaker('on-the-phone');
  for (const address of [`${stack.url}/default/production`, breakerPage(stack, 'on-the-phone')]) {
    await page.goto(address);
    await expect(page.getByRole('heading').first()).toBeVisible();
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
  }
  await expect(page.getByRole('button', { name: 'Open', exact: true })).toBeVisible();
});

import { expect } from '@playwright/test';
import { expectAccessible } from './accessible.js';
import { pagesOf } from './pages.js';
import { ENVIRONMENT } from './rest.js';
import { breakerPage, test, useTheme } from './stack.js';

for (const colorScheme of ['dark', 'light'] as const) {
  test(`every page is accessible, ${colorScheme}`, async ({ signedIn: page, stack }) => {
    test.slow();
    const breaker = `accessible-${colorScheme}`;
    await stack.createBreaker(breaker);
    await useTheme(page, stack.url, colorScheme);
    for (const address of pagesOf(stack, breaker)) {
      await page.goto(address);
      await expect(page.getByRole('heading').first()).toBeVisible();
      await expectAccessible(page);
    }
    await page.goto(breakerPage(stack, breaker));
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await expect(page.getByRole('dialog').getByLabel('Reason', { exact: true })).toBeVisible();
    await expectAccessible(page);
  });
}

test('no page is wider than a phone', async ({ signedIn: page, stack }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const { rest } = stack;
  await stack.createBreaker('on-the-phone');
  await rest.must('POST', `${ENVIRONMENT}/keys`, { name: 'a key with a rather long name' });
  for (const address of pagesOf(stack, 'on-the-phone')) {
    await page.goto(address);
    await expect(page.getByRole('heading').first()).toBeVisible();
    const wider = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(wider, address).toBeLessThanOrEqual(0);
  }
});

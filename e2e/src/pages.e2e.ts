import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { breakerPage, test } from './stack.js';

const PAGES = ['', '/audit', '/instances', '/keys', '/people'];

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa']).analyze();
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`,
  );
  expect(found).toEqual([]);
}

for (const colorScheme of ['dark', 'light'] as const) {
  test(`every page is accessible, ${colorScheme}`, async ({ signedIn: page, stack }) => {
    test.slow();
    const breaker = `accessible-${colorScheme}`;
    await stack.createBreaker(breaker);
    const theme = { name: 'recloser.theme', value: colorScheme, url: stack.url };
    await page.context().addCookies([theme]);
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

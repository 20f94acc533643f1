import { expect, type Page } from '@playwright/test';
import { expectAccessible } from './accessible.js';
import { test, useTheme } from './stack.js';

test.use({ viewport: { width: 1280, height: 800 } });

async function openGallery(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/gallery`);
  await expect(page.getByRole('heading', { name: 'Gallery' })).toBeVisible();
  await page.evaluate(() => document.fonts.ready);
}

for (const theme of ['dark', 'light'] as const) {
  test(`the design system looks as it did, ${theme}`, async ({ signedIn: page, stack }) => {
    await useTheme(page, stack.url, theme);
    await openGallery(page, stack.url);
    await expect(page).toHaveScreenshot(`gallery-${theme}.png`, { fullPage: true });
    await expectAccessible(page);
  });
}

test('a dialog and a menu look as they did', async ({ signedIn: page, stack }) => {
  await openGallery(page, stack.url);
  await page.getByRole('button', { name: 'Dialog…' }).click();
  await expect(page.getByRole('dialog')).toHaveScreenshot('dialog.png');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Menu' }).click();
  await expect(page.getByRole('menu')).toHaveScreenshot('menu.png');
});

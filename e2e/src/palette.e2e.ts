import { expect, type Page } from '@playwright/test';
import { expectAccessible } from './accessible.js';
import { expectLive, type Stack, test } from './stack.js';

const FIELD = 'Breaker, page or action';

/** Opens the fleet, and keeps the palette's code back until the returned function is called. */
async function openWithoutPalette(page: Page, stack: Stack): Promise<() => void> {
  let arrive = (): void => undefined;
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  await page.route('**/_next/static/**/*.js*', async (route) => {
    const response = await route.fetch();
    if ((await response.text()).includes('cmdk-input')) await arrived;
    // Who still waits when the page is closed waits for nothing.
    await route.fulfill({ response }).catch(() => undefined);
  });
  await page.goto(`${stack.url}/default/production`);
  await expectLive(page);
  return arrive;
}

const fieldOf = (page: Page) => page.getByPlaceholder(FIELD);
const loading = (page: Page) => page.getByRole('dialog').getByText('Loading', { exact: false });

test('letters that come before the palette with the keyboard are all there, and the caret too', async ({
  signedIn: page,
  stack,
}) => {
  await stack.createBreaker('early-letters');
  const arrive = await openWithoutPalette(page, stack);
  await page.keyboard.press('ControlOrMeta+k');
  await page.keyboard.type('erly');
  await expect(fieldOf(page)).toHaveValue('erly');
  await expect(loading(page)).toBeVisible();
  await expectAccessible(page);
  for (let letter = 0; letter < 3; letter += 1) await page.keyboard.press('ArrowLeft');
  arrive();
  await expect(loading(page)).toHaveCount(0);
  await page.keyboard.type('a');
  await expect(fieldOf(page)).toHaveValue('early');
  await expect(page.getByRole('option', { name: 'early-letters' })).toBeVisible();
});

test('Escape with the keyboard closes a palette that is not there yet, and gives the focus back', async ({
  signedIn: page,
  stack,
}) => {
  await stack.createBreaker('early-escape');
  const arrive = await openWithoutPalette(page, stack);
  await page.keyboard.press('/');
  await page.keyboard.press('ControlOrMeta+k');
  await page.keyboard.type('early-escape');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.getByRole('searchbox')).toBeFocused();
  arrive();
  await page.keyboard.press('ControlOrMeta+k');
  await expect(page.getByRole('dialog').getByRole('option').first()).toBeVisible();
  await expect(fieldOf(page)).toHaveValue('');
  expect(new URL(page.url()).pathname).toBe('/default/production');
});

test('an early Enter of the keyboard counts when only one thing can be meant', async ({
  signedIn: page,
  stack,
}) => {
  await stack.createBreaker('early');
  await stack.createBreaker('early-twin');
  const arrive = await openWithoutPalette(page, stack);
  await page.keyboard.press('ControlOrMeta+k');
  await page.keyboard.type('open early');
  await page.keyboard.press('Enter');
  await expect(loading(page)).toContainText('Enter counts');
  arrive();
  const dialog = page.getByRole('dialog', { name: 'Open early' });
  await expect(dialog.getByRole('textbox', { name: /Reason/ })).toBeFocused();
});

test('an early Enter of the keyboard does nothing when two things may be meant', async ({
  signedIn: page,
  stack,
}) => {
  await stack.createBreaker('either-a');
  await stack.createBreaker('either-b');
  const arrive = await openWithoutPalette(page, stack);
  await page.keyboard.press('ControlOrMeta+k');
  await page.keyboard.type('open either');
  await page.keyboard.press('Enter');
  arrive();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('Choose one, then press Enter again.')).toBeVisible();
  await expect(dialog.getByRole('option')).toHaveCount(2);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Open either-b' })).toBeVisible();
});

import { expect, type Page } from '@playwright/test';
import { api } from '@recloser/protocol';
import { environmentIn } from './rest.js';
import { expectAccessible } from './accessible.js';
import { ADMIN, expectLive, signIn, type Stack, test } from './stack.js';

const PHONE = { width: 390, height: 844 };

/** A place of its own: views are kept for each environment. */
async function openFleet(page: Page, stack: Stack, project: string): Promise<string> {
  const path = await stack.createPlace(project, 'production');
  await stack.rest.must('POST', `${path}/breakers`, { key: 'stripe', reason: 'test' });
  const address = `${stack.url}/${project}/production`;
  await page.goto(address);
  await expectLive(page);
  return address;
}

const views = (page: Page) => page.getByRole('button', { name: 'Views', exact: true });
const entry = (page: Page, name: string) => page.getByRole('menuitem', { name });

/** On a phone they are folded away with the filters. */
async function openViews(page: Page): Promise<void> {
  await expectLive(page);
  if (await views(page).isHidden()) await page.getByRole('button', { name: 'Filters' }).click();
  await views(page).click();
}

async function saveAs(page: Page, name: string): Promise<void> {
  await views(page).click();
  await entry(page, 'Save this view…').click();
  await page.getByRole('dialog').getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Save view' }).click();
}

test('a view that is saved at the desk is on the phone, and can be forgotten there', async ({
  signedIn: page,
  stack,
  browser,
}) => {
  const address = await openFleet(page, stack, 'views-desk');
  await page.goto(`${address}?owner=payments&density=compact`);
  await saveAs(page, 'At night');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  const phone = await browser.newContext({ viewport: PHONE, isMobile: true, hasTouch: true });
  const other = await phone.newPage();
  await signIn(other, stack.url, ADMIN);
  await other.goto(address);
  await openViews(other);
  await expect(entry(other, 'At night')).toBeVisible();
  await expectAccessible(other);
  await entry(other, 'At night').click();
  await expect(other).toHaveURL(/owner=payments&density=compact/);
  await openViews(other);
  const forgotten = other.waitForResponse('**/views/remove');
  await entry(other, 'Forget “At night”').click();
  expect((await forgotten).ok()).toBe(true);
  await other.reload();
  await openViews(other);
  await expect(entry(other, 'Everything')).toBeVisible();
  await expect(entry(other, 'At night')).toHaveCount(0);
  await phone.close();
});

test('views that a browser has kept move to the server once', async ({ signedIn: page, stack }) => {
  const address = await openFleet(page, stack, 'views-moved');
  const key = 'recloser.views.views-moved/production';
  const kept = [
    { name: 'Mine', query: '?owner=me' },
    { name: 'Open', query: '?state=open' },
  ];
  await page.evaluate(([name, value]) => localStorage.setItem(name, value), [
    key,
    JSON.stringify(kept),
  ] as const);
  await page.reload();
  await expect.poll(() => page.evaluate((name) => localStorage.getItem(name), key)).toBe('[]');
  const path = '/v1/projects/views-moved/environments/production/views';
  const { items } = await stack.rest.call(api.views.list, { params: environmentIn(path) });
  expect(items).toMatchObject(kept);
  await page.goto(address);
  await views(page).click();
  await expect(entry(page, 'Mine')).toHaveCount(1);
});

test('where views cannot be read or kept it says so, and nothing is lost', async ({
  signedIn: page,
  stack,
}) => {
  const failing = '**/environments/production/views*';
  await page.route(failing, (route) => route.abort());
  const address = await openFleet(page, stack, 'views-away');
  await page.goto(`${address}?owner=search`);
  await views(page).click();
  await expect(page.getByText('Your views could not be read.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toHaveCount(0);
  await saveAs(page, 'Search team');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('alert')).toContainText('cannot be reached');
  await expect(dialog.getByLabel('Name')).toHaveValue('Search team');
  await expectAccessible(page);
  await page.unroute(failing);
  await dialog.getByRole('button', { name: 'Save view' }).click();
  await expect(dialog).toHaveCount(0);

  await page.route('**/views/remove', (route) => route.abort());
  await views(page).click();
  await entry(page, 'Forget “Search team”').click();
  await expect(dialog).toContainText('“Search team” is still there');
  await page.unroute('**/views/remove');
  await dialog.getByRole('button', { name: 'Try again' }).click();
  await expect(dialog).toHaveCount(0);
  await views(page).click();
  await expect(entry(page, 'Everything')).toBeVisible();
  await expect(entry(page, 'Search team')).toHaveCount(0);
});

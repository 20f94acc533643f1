import { expect, type Locator, type Page } from '@playwright/test';
import { type Stack, test } from './stack.js';

/** How late scripts come. */
const LATE_MS = 5_000;

const PAGES: readonly (readonly [path: string, heading: string])[] = [
  ['', 'Fleet'],
  ['/breakers/late', 'late'],
  ['/breakers/late/rules', 'late'],
  ['/breakers/late/policy', 'late'],
  ['/audit', 'Audit'],
  ['/instances', 'Instances'],
  ['/schedules', 'Schedules'],
  ['/segments', 'Segments'],
  ['/notifications', 'Notifications'],
  ['/keys', 'Keys'],
  ['/tokens', 'API tokens'],
  ['/triggers', 'Triggers'],
  ['/people', 'People'],
  ['/environments', 'Environments'],
  ['/transfer', 'Import'],
];

/** The document is there at once; what would bring it to life comes late. Returns how to let it come. */
async function delayScripts(page: Page): Promise<() => void> {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const late = new Promise<void>((resolve) => setTimeout(resolve, LATE_MS));
  await page.route(/\/_next\/static\/.*\.js/, async (route) => {
    await Promise.all([released, late]);
    await route.continue();
  });
  return release;
}

const NOT_READY = 'html[data-starting]';

async function openLate(page: Page, stack: Stack, path: string, heading: string) {
  const release = await delayScripts(page);
  await page.goto(`${stack.url}/default/production${path}`, { waitUntil: 'commit' });
  await expect(page.getByRole('heading', { name: heading }).first()).toBeVisible();
  await expect(page.locator(NOT_READY)).toHaveCount(1);
  return release;
}

async function expectReady(page: Page): Promise<void> {
  await expect(page.locator(NOT_READY)).toHaveCount(0, { timeout: 30_000 });
}

const visible = (page: Page, selector: string): Locator =>
  page.locator(selector).filter({ visible: true });

/** Fills and chooses in every field of the first document; returns what was chosen, by place among its kind. */
async function useEveryField(page: Page) {
  const chosen: { readonly field: Locator; readonly value: string }[] = [];
  const fields = visible(
    page,
    'input:enabled:not([type=radio]):not([type=checkbox]):not([type=file]), textarea:enabled',
  );
  for (const handle of await fields.all()) {
    const isNumber = (await handle.getAttribute('inputmode')) === 'decimal';
    const value = isNumber ? '7' : 'typed';
    await handle.pressSequentially(value);
    chosen.push({ field: handle, value: await handle.inputValue() });
  }
  for (const handle of await visible(page, 'select:enabled').all()) {
    const options = await handle.locator('option:enabled').all();
    const value =
      (await options.at(-1)?.getAttribute('value')) ?? (await options.at(-1)?.textContent());
    if (value === null || value === undefined) continue;
    await handle.selectOption(value);
    chosen.push({ field: handle, value });
  }
  return chosen;
}

test.beforeAll(async ({ stack }) => {
  await stack.createBreaker('late');
});

/** Pages that wait for their scripts at the same time. */
const AT_ONCE = 5;

test.describe('pages whose scripts come five seconds late say that they are not ready, and keep what is typed and chosen', () => {
  for (let first = 0; first < PAGES.length; first += AT_ONCE) {
    const some = PAGES.slice(first, first + AT_ONCE);
    const names = some.map(([path]) => (path === '' ? '/' : path)).join(' ');
    test(names, async ({ signedIn, stack }) => {
      const context = signedIn.context();
      await Promise.all(
        some.map(async ([path, heading]) => {
          const page = await context.newPage();
          const release = await openLate(page, stack, path, heading);
          const chosen = await useEveryField(page);
          release();
          await expectReady(page);
          for (const { field, value } of chosen) await expect(field, path).toHaveValue(value);
          // It is not only shown: what React draws next does not take it back.
          await page.waitForFunction(() => new Promise((resolve) => setTimeout(resolve, 0, true)));
          for (const { field, value } of chosen) await expect(field, path).toHaveValue(value);
        }),
      );
    });
  }
});

test.describe('what is pressed before the scripts are there', () => {
  test('groups chosen before hydration are the groups shown after it', async ({
    signedIn: page,
    stack,
  }) => {
    const release = await openLate(page, stack, '', 'Fleet');
    await page.getByLabel('Groups').selectOption('service');
    release();
    await expectReady(page);
    await expect(page).toHaveURL(/group=service/);
    await expect(page.getByLabel('Groups')).toHaveValue('service');
  });

  test('a toggle and a button pressed before hydration do their work after it', async ({
    signedIn: page,
    stack,
  }) => {
    const release = await openLate(page, stack, '', 'Fleet');
    await page.getByRole('radio', { name: 'Compact' }).check({ force: true });
    await page.getByRole('button', { name: 'New breaker' }).click();
    release();
    await expect(page.getByRole('dialog')).toBeVisible({ timeout: 30_000 });
    await expect(page).toHaveURL(/density=compact/);
  });

  test('the big button of a breaker opens its dialog once, however often it was pressed', async ({
    signedIn: page,
    stack,
  }) => {
    const release = await openLate(page, stack, '/breakers/late', 'late');
    const button = page.getByRole('button', { name: 'Open', exact: true });
    await button.click();
    await button.click();
    release();
    await expect(page.getByRole('dialog')).toHaveCount(1, { timeout: 30_000 });
  });
});

test('signing in before the scripts are there signs in', async ({ page, stack }) => {
  const release = await delayScripts(page);
  await page.goto(`${stack.url}/sign-in`, { waitUntil: 'commit' });
  await page.getByLabel('E-mail').fill('admin@recloser.local');
  await page.getByLabel('Password').fill('correct-horse-battery');
  await page.getByRole('button', { name: 'Sign in' }).click();
  release();
  await page.waitForURL((address) => !address.pathname.startsWith('/sign-in'), { timeout: 30_000 });
});

test('no page fails to hydrate while the feed tells of changes meanwhile', async ({
  signedIn: page,
  stack,
}) => {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  const key = 'busy-start';
  await stack.createBreaker(key);
  for (let round = 0; round < 5; round += 1) {
    await page.goto(`${stack.url}/default/production/breakers/${key}`, { waitUntil: 'commit' });
    const path = `/v1/projects/default/environments/production/breakers/${key}`;
    const end = round % 2 === 0 ? 'trip' : 'ramp';
    const body = end === 'trip' ? {} : { action: 'finish' };
    await stack.rest.must('POST', `${path}/${end}`, { ...body, reason: 'busy' });
    await expectReady(page);
  }
  expect(problems.filter((text) => /hydrat|#4\d\d|Minified React/.test(text))).toEqual([]);
});

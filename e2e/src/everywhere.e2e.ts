import { expect } from '@playwright/test';
import { api } from '@recloser/protocol';
import { expectAccessible } from './accessible.js';
import { ENVIRONMENT, PRODUCTION } from './rest.js';
import { act, ADMIN, breakerPage, expectLive, signIn, test } from './stack.js';

test('what can be taken back exactly can be, from the notice of it', async ({
  signedIn: page,
  stack,
}) => {
  await stack.createBreaker('slip');
  await page.goto(breakerPage(stack, 'slip'));
  await act(page, 'Open', 'the wrong breaker');
  await expect(page).toHaveTitle(/^Open · slip/);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page).toHaveTitle(/^Closed · slip/);
  const slip = await stack.rest.call(api.breakers.read, { params: { ...PRODUCTION, key: 'slip' } });
  expect(slip).toMatchObject({ state: 'closed', mode: 'auto' });
  const query = { breaker: 'slip' };
  const audit = await stack.rest.call(api.audit.list, { params: PRODUCTION, query });
  expect(JSON.stringify(audit)).toContain('Undone: the wrong breaker');
});

test('two people act at once: both see both, and who comes second is told', async ({
  signedIn: page,
  stack,
  browser,
}) => {
  await stack.createBreaker('shared');
  const other = await (await browser.newContext()).newPage();
  await signIn(other, stack.url, ADMIN);
  await Promise.all([page, other].map((one) => one.goto(breakerPage(stack, 'shared'))));
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await act(other, 'Open', 'the first of two');
  await expect(page).toHaveTitle(/^Open · shared/);
  // The dialog of the second has learned of it: what it would do now is said before it is sent.
  await expect(page.getByRole('dialog')).toContainText(/open/i);
  await page.keyboard.press('Escape');
  await act(page, 'Restore', 'the second of two');
  await expect(other).toHaveTitle(/^(?:Probing|Ramping|Closed) · shared/);
  await other.context().close();
});

test('a trip and its restoring with the keyboard alone', async ({ signedIn: page, stack }) => {
  await stack.createBreaker('by-keys');
  await page.goto(`${stack.url}/default/production`);
  await expectLive(page);
  await page.keyboard.press('Control+k');
  await expect(page.getByPlaceholder('Breaker, page or action')).toBeFocused();
  await page.keyboard.type('open by-keys');
  await expect(page.getByRole('option', { name: /Open by-keys/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: /Reason/ })).toBeFocused();
  await page.keyboard.type('without a mouse');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('/');
  await page.keyboard.type('by-keys');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Escape');
  await page.evaluate(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  });
  await page.keyboard.press('j');
  await expect(page.getByRole('link', { name: 'by-keys', exact: true })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveTitle(/^Open · by-keys/);
  await page.keyboard.press('r');
  await expect(page.getByRole('textbox', { name: /Reason/ })).toBeFocused();
  await page.keyboard.type('back again');
  await page.keyboard.press('Control+Enter');
  await expect(page).toHaveTitle(/^(?:Probing|Ramping|Closed) · by-keys/);
});

test('the tab tells of trouble, times follow the chosen zone, and a trip is a notice', async ({
  signedIn: page,
  stack,
}) => {
  await stack.createBreaker('told');
  await page.context().grantPermissions(['notifications'], { origin: stack.url });
  await page.addInitScript(() => {
    const titles: string[] = [];
    Object.assign(window, { titles });
    document.hasFocus = () => false;
    window.Notification = class extends Notification {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options);
        titles.push(title);
      }
    };
  });
  await page.goto(`${stack.url}/default/production/audit`);
  await page.getByRole('button', { name: 'Administrator admin' }).click();
  await page.getByRole('menuitem', { name: 'Times in UTC' }).click();
  await expect(page.getByRole('region', { name: 'Events' })).toContainText(/:\d\d UTC/);
  await page.getByRole('button', { name: 'Administrator admin' }).click();
  await page.getByRole('menuitem', { name: 'Notify me of trips' }).click();
  await expectLive(page);
  await stack.rest.must('POST', `${ENVIRONMENT}/breakers/told/trip`, { reason: 'told' });
  await expect(page).toHaveTitle(/^\d+ open.* · Audit/);
  await expect(page.locator('link[rel~="icon"]').first()).toHaveAttribute('href', /^data:image/);
  await expect
    .poll(() => page.evaluate(() => ('titles' in window ? window.titles : [])))
    .toContain('told: Open');
});

test('a wrong clock in the browser changes no time that is shown, and is told', async ({
  signedIn: page,
  stack,
}) => {
  await stack.createBreaker('skewed');
  await stack.rest.must('POST', `${ENVIRONMENT}/breakers/skewed/trip`, { reason: 'now' });
  await page.clock.install({ time: Date.now() + 20 * 60_000 });
  await page.goto(breakerPage(stack, 'skewed'));
  const skew = page.getByText(/clock is 1?\d+ m .*ahead|clock is 20 m ahead/);
  await expect(skew.filter({ visible: true })).toBeVisible();
  // When the outage began, and for how long it has lasted.
  await expect(page.locator('header time').last()).toHaveText(/^\d+ s$/);
});

test('a part of the page that cannot be read says so and can be tried again; the rest stands', async ({
  signedIn: page,
  stack,
}) => {
  await stack.createBreaker('partly');
  let broken = true;
  await page.route('**/breakers/partly/{instances,series,convergence}*', async (route) => {
    if (!broken) return route.continue();
    const body = JSON.stringify({ code: 'internal', detail: 'The store is away.' });
    return route.fulfill({ status: 500, contentType: 'application/problem+json', body });
  });
  await page.goto(breakerPage(stack, 'partly'));
  const split = page.getByRole('region', { name: 'Across the fleet' });
  await expect(split.getByRole('alert')).toContainText('The store is away.');
  await expect(page.getByRole('region', { name: 'Recovery ladder' })).toContainText('All traffic');
  await expectAccessible(page);
  broken = false;
  await split.getByRole('button', { name: 'Try again' }).click();
  await expect(split.getByText('No instance has used it')).toBeVisible();
});

test('an admin makes a project and an environment', async ({ signedIn: page, stack }) => {
  await page.goto(`${stack.url}/default/production/environments`);
  await page.getByRole('button', { name: 'New project' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Night Shop');
  await expect(dialog.getByLabel('Key')).toHaveValue('night-shop');
  await dialog.getByRole('button', { name: 'Create project' }).click();
  await page.getByRole('button', { name: 'Add an environment to Night Shop' }).click();
  await dialog.getByLabel('Name').fill('Staging');
  await dialog.getByLabel('Kind').selectOption('development');
  await dialog.getByRole('button', { name: 'Create environment' }).click();
  await page.getByRole('link', { name: 'Staging' }).click();
  await expect(page).toHaveURL(/\/night-shop\/staging$/);
  await expect(page.getByRole('heading', { name: 'Connect your first service' })).toBeVisible();
});

import { expect } from '@playwright/test';
import { api } from '@recloser/protocol';
import { PRODUCTION } from './rest.js';
import { ADMIN, breakerPage, test } from './stack.js';

const PHONE = { width: 390, height: 844 };

test('on a phone, from opening the page to a dependency opened on the whole fleet', async ({
  signedIn: page,
  stack,
}) => {
  await page.setViewportSize(PHONE);
  await stack.createBreaker('night-shift');
  const services = await Promise.all(
    ['a', 'b', 'c'].map((id) => stack.connect('night-shift', `night-${id}`)),
  );
  await page.goto('about:blank');

  const begin = performance.now();
  await page.goto(`${stack.url}/default/production`);
  await page.getByRole('searchbox', { name: 'Search breakers' }).fill('night');
  await page.getByRole('link', { name: 'night-shift', exact: true }).click();
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Provider incident' }).click();
  await dialog.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(page.getByLabel('Pending actions')).toContainText('3/3 applied');
  const took = performance.now() - begin;

  for (const { breaker } of services) expect(breaker.stats().state).toBe('open');
  const figures = `${(took / 1_000).toFixed(1)} s from opening the page to 3 of 3 applied`;
  test.info().annotations.push({ type: 'figures', description: figures });
  process.stdout.write(`    ${figures}\n`);
});

test('a session that ends in the middle of a trip costs nothing but the password', async ({
  signedIn: page,
  stack,
}) => {
  await stack.createBreaker('interrupted');
  await page.goto(breakerPage(stack, 'interrupted'));
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  const reason = page.getByRole('dialog').getByRole('textbox', { name: /Reason/ });
  await reason.fill('written before the session ended');
  // Only the trip itself is to find out: what the page reads by itself waits meanwhile.
  await page.route('**/v1/**', (route) =>
    route.request().method() === 'GET' ? undefined : route.continue(),
  );
  await page.context().clearCookies({ name: /session/ });
  await page.getByRole('dialog').getByRole('button', { name: 'Open', exact: true }).click();

  const again = page.getByRole('dialog', { name: 'Your session has ended' });
  await expect(again.getByLabel('E-mail')).toHaveValue(ADMIN.email);
  // The dialog hides the rest from assistive technology.
  const tray = page.getByRole('list', { name: 'Pending actions', includeHidden: true });
  await expect(tray).toContainText('waiting for you to sign in');
  await page.unroute('**/v1/**');
  await again.getByLabel('Password').fill('wrong-password');
  await again.getByRole('button', { name: 'Sign in' }).click();
  await expect(again.getByRole('alert')).toBeVisible();
  await again.getByLabel('Password').fill(ADMIN.password);
  await again.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page).toHaveTitle(/^Open · interrupted/);
  const query = { breaker: 'interrupted' };
  const audit = await stack.rest.call(api.audit.list, { params: PRODUCTION, query });
  expect(JSON.stringify(audit)).toContain('written before the session ended');
});

test('who opens an address without a session is there after signing in', async ({
  page,
  stack,
}) => {
  await stack.createBreaker('linked');
  const address = `${breakerPage(stack, 'linked')}?range=24h`;
  await page.goto(address);
  await expect(page).toHaveURL(/sign-in/);
  await page.getByLabel('E-mail').fill(ADMIN.email);
  await page.getByLabel('Password').fill(ADMIN.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(address);
  await expect(page.getByRole('radio', { name: '24 h' })).toBeChecked();
});

import { expect } from '@playwright/test';
import { api } from '@recloser/protocol';
import { expectAccessible } from './accessible.js';
import { ENVIRONMENT, PRODUCTION, RestClient } from './rest.js';
import { ADMIN, breakerPage, signIn, test } from './stack.js';

const VIEWER = { email: 'viewer@recloser.local', password: 'only-looking-around' };

test('whoever is not signed in sees the sign-in page, and no wrong password gets in', async ({
  page,
  stack,
}) => {
  await page.goto(`${stack.url}/default/production`);
  await expect(page).toHaveURL(/sign-in/);
  await page.getByLabel('E-mail').fill(ADMIN.email);
  await page.getByLabel('Password').fill('not-the-password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert').first()).toBeVisible();
  await expect(page).toHaveURL(/sign-in/);
});

test('a viewer can look but cannot trip', async ({ page, stack }) => {
  await stack.createBreaker('guarded');
  await stack.rest.must('POST', '/v1/people', { ...VIEWER, name: 'Vera', role: 'viewer' });
  await signIn(page, stack.url, VIEWER);
  await page.goto(breakerPage(stack, 'guarded'));
  await expect(page.getByRole('heading', { name: 'guarded' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Open', exact: true })).toBeDisabled();

  const viewer = new RestClient(stack.url);
  await viewer.signIn(VIEWER.email, VIEWER.password);
  const path = `${ENVIRONMENT}/breakers/guarded/trip`;
  const refused = await viewer.send('POST', path, { reason: 'I may not' });
  expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  const params = { ...PRODUCTION, key: 'guarded' };
  expect(await viewer.call(api.breakers.read, { params })).toMatchObject({ state: 'closed' });
});

test('an admin reads who signed in, who was added and which keys were made', async ({
  signedIn: page,
  stack,
}) => {
  await stack.rest.must('POST', `${ENVIRONMENT}/keys`, { name: 'for the audit' });
  const wrong = new RestClient(stack.url).signIn(ADMIN.email, 'not-the-password');
  await expect(wrong).rejects.toThrow();
  await page.goto(`${stack.url}/default/production/audit`);
  await page.getByText('Sign-ins, people and keys').click();
  await expect(page).toHaveURL(/audit\?log=system$/);
  const events = page.getByRole('region', { name: 'Events' });
  await expect(events).toContainText('was refused at sign-in');
  await expect(page.getByRole('status').filter({ hasText: 'Chain verified' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('combobox', { name: 'Action' }).selectOption('SDK keys');
  await events.getByRole('button', { name: /created the SDK key for the audit/ }).click();
  await events.getByRole('link', { name: 'Permalink' }).click();
  await expect(page.getByRole('heading', { name: 'SDK key created' })).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: 'Audit' }).click();
  await expect(page).toHaveURL(/audit\?log=system$/);

  const viewer = { email: 'auditor@recloser.local', password: 'only-looking-around' };
  await stack.rest.must('POST', '/v1/people', { ...viewer, name: 'Vic', role: 'viewer' });
  await page.context().clearCookies();
  await signIn(page, stack.url, viewer);
  await page.goto(`${stack.url}/default/production/audit?log=system`);
  await expect(page.getByRole('heading', { name: 'Audit' })).toBeVisible();
  await expect(page.getByText('Sign-ins, people and keys')).toHaveCount(0);
  await expect(page.getByRole('status').filter({ hasText: 'Chain verified' })).toBeVisible();
});

test('an admin gives a new password, and its owner changes it in the menu', async ({
  signedIn: page,
  stack,
  browser,
}) => {
  const email = 'forgetful@recloser.local';
  const person = { email, name: 'Fay', role: 'viewer', password: 'what was it again' };
  await stack.rest.must('POST', '/v1/people', person);
  await page.goto(`${stack.url}/default/production/people`);
  await page.getByRole('button', { name: 'New password for Fay' }).click();
  await page.getByRole('button', { name: 'Make a new password' }).click();
  await expectAccessible(page);
  const password = await page.getByTestId('secret').innerText();

  const theirs = await (await browser.newContext()).newPage();
  await signIn(theirs, stack.url, { email, password });
  await theirs.getByRole('button', { name: /Fay/ }).filter({ visible: true }).click();
  await theirs.getByRole('menuitem', { name: 'Change password' }).click();
  await theirs.getByLabel('Current password').fill('not this one');
  await theirs.getByLabel('New password').fill('easy to remember');
  await theirs.getByRole('button', { name: 'Change password' }).click();
  await expect(theirs.getByRole('alert').filter({ hasText: /password/i })).toBeVisible();
  await theirs.getByLabel('Current password').fill(password);
  await theirs.getByRole('button', { name: 'Change password' }).click();
  await expect(theirs.getByRole('dialog', { name: 'Password changed' })).toBeVisible();
  await theirs.context().close();

  const again = new RestClient(stack.url);
  await again.signIn(email, 'easy to remember');
});

test('an admin removes who has left, who is signed out at once', async ({
  signedIn: page,
  stack,
  browser,
}) => {
  const leaver = { email: 'leaver@recloser.local', password: 'soon somewhere else' };
  await stack.rest.must('POST', '/v1/people', { ...leaver, name: 'Lee', role: 'operator' });
  const theirs = await (await browser.newContext()).newPage();
  await signIn(theirs, stack.url, leaver);

  await page.goto(`${stack.url}/default/production/people`);
  const people = page.getByRole('list', { name: 'People' });
  await people.getByRole('button', { name: 'Remove Lee' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove Lee' });
  await expect(dialog).toContainText('is signed out everywhere');
  await expectAccessible(page);
  await expect(dialog.getByRole('button', { name: 'Remove person' })).toBeDisabled();
  await dialog.getByRole('button', { name: 'Has left' }).click();
  await dialog.getByRole('button', { name: 'Remove person' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(people.getByRole('combobox', { name: 'Role of Lee' })).toHaveCount(0);
  await expect(people).toContainText('you');

  await theirs.goto(`${stack.url}/default/production`);
  await expect(theirs).toHaveURL(/sign-in/);
  await theirs.context().close();
  await page.goto(`${stack.url}/default/production/audit?log=system`);
  const events = page.getByRole('region', { name: 'Events' });
  await expect(events.getByRole('button', { name: /removed Lee.*Has left/s })).toBeVisible();
});

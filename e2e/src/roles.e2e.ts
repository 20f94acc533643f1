import { expect } from '@playwright/test';
import { ENVIRONMENT, RestClient } from './rest.js';
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
  const refused = await viewer.call('POST', path, { reason: 'I may not' });
  expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  const read = await viewer.call('GET', `${ENVIRONMENT}/breakers/guarded`);
  expect(read).toMatchObject({ status: 200, body: { state: 'closed' } });
});

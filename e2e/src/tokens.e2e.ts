import { expect } from '@playwright/test';
import { expectAccessible } from './accessible.js';
import { ENVIRONMENT } from './rest.js';
import { test } from './stack.js';

test('an admin makes an API token, a program uses it, and it is revoked', async ({
  signedIn: page,
  stack,
}) => {
  await page.goto(`${stack.url}/default/production/tokens`);
  await expect(page.getByRole('heading', { name: 'API tokens' })).toBeVisible();
  await page.getByRole('button', { name: 'Create token' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('release-bot');
  await dialog.getByLabel('Role').selectOption('operator');
  await dialog.getByLabel('Works in').selectOption('default / production');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Create token' }).click();
  const token = await dialog.getByRole('group', { name: 'API token' }).innerText();
  expect(token).toMatch(/^rct_/);
  const line = `curl -H 'Authorization: Bearer ${token}' ${stack.url}/v1/me`;
  await expect(dialog.getByRole('group', { name: 'curl command' })).toHaveText(line);
  await expectAccessible(page);

  const ask = async () => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${stack.url}${ENVIRONMENT}/breakers`, { headers })).status;
  };
  expect(await ask()).toBe(200);
  await dialog.getByRole('button', { name: 'I have it' }).click();
  await page.reload();
  const row = page.getByRole('listitem').filter({ hasText: 'release-bot' });
  await expect(row).toContainText('default / production');
  await expect(row).not.toContainText('last used never');
  await expectAccessible(page);
  await row.getByRole('button', { name: 'Revoke release-bot' }).click();
  await page.getByRole('dialog').getByRole('textbox').first().fill('Rotated');
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke token' }).click();
  await expect(row).toContainText('revoked');
  expect(await ask()).toBe(401);
});

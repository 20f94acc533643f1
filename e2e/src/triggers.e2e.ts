import { expect } from '@playwright/test';
import { expectAccessible } from './accessible.js';
import { test } from './stack.js';

test('an admin makes a trigger, a monitoring system calls it, and it is revoked', async ({
  signedIn: page,
  stack,
}) => {
  await stack.createBreaker('monitored');
  await page.goto(`${stack.url}/default/production/triggers`);
  await expect(page.getByRole('heading', { name: 'Triggers' })).toBeVisible();
  await page.getByRole('button', { name: 'Create trigger' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('alertmanager');
  await dialog.getByLabel('Breaker').fill('monitored');
  await dialog.getByLabel('Action').selectOption('dim');
  await dialog.getByLabel('Admits').selectOption('25%');
  await dialog.getByLabel('Ends after').selectOption('15 min');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Create trigger' }).click();
  const url = await dialog.getByRole('group', { name: 'Trigger URL' }).innerText();
  expect(url).toMatch(new RegExp(`^${stack.url}/v1/triggers/rtr_`));
  await expect(dialog.getByRole('group', { name: 'curl command' })).toContainText(url);
  await expectAccessible(page);

  const call = async (alert: string) => {
    const body = JSON.stringify({ status: 'firing', alert });
    const headers = { 'content-type': 'application/json' };
    return (await fetch(url, { method: 'POST', headers, body })).status;
  };
  expect(await call('a')).toBe(200);
  await dialog.getByRole('button', { name: 'I have it' }).click();
  await page.reload();
  const row = page.getByRole('listitem').filter({ hasText: 'dims monitored to 25% for 15 min' });
  await expect(row).not.toContainText('last called never');
  await expectAccessible(page);
  await row.getByRole('button', { name: 'Revoke alertmanager' }).click();
  await page.getByRole('dialog').getByRole('textbox').first().fill('Rotated');
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke trigger' }).click();
  await expect(row).toContainText('revoked');
  expect(await call('b')).toBe(410);
  await page.goto(`${stack.url}/default/production/audit?breaker=monitored`);
  await expect(page.getByText('trigger:alertmanager').first()).toBeVisible();
});

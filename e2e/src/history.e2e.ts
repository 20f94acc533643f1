import { expect } from '@playwright/test';
import { api } from '@recloser/protocol';
import { DEFAULT_POLICY, mergePolicy } from '@recloser/core';
import { expectAccessible } from './accessible.js';
import { ENVIRONMENT, PRODUCTION } from './rest.js';
import { breakerPage, test } from './stack.js';
import { expectValues } from './value-list.js';

test('a policy is edited, looked up in its history, and put back with a note', async ({
  signedIn: page,
  stack,
}) => {
  await stack.createBreaker('reverted', mergePolicy(DEFAULT_POLICY, { minCalls: 20 }));
  await page.goto(`${breakerPage(stack, 'reverted')}/policy`);
  const dialog = page.getByRole('dialog');
  const history = page.getByRole('button', { name: 'History' });
  const evidence = page.getByLabel('Evidence', { exact: true });
  await history.click();
  await expect(dialog.getByText('Never edited')).toBeVisible();
  await page.keyboard.press('Escape');

  await evidence.fill('45');
  await page.getByRole('button', { name: 'Review and save' }).click();
  await dialog.getByRole('textbox', { name: /Reason/ }).fill('too sensitive at night');
  await dialog.getByRole('button', { name: 'Save 1 change' }).click();
  await expect(dialog).toBeHidden();
  const tray = page.getByRole('list', { name: 'Pending actions' });
  await expect(tray).toContainText(/Saved the policy of reverted/);

  await history.click();
  await expect(dialog.getByText('“too sensitive at night”')).toBeVisible();
  const version = (number: number) =>
    dialog.getByRole('listitem').filter({ hasText: new RegExp(`^Version ${number}`) });
  const latest = version(2);
  await latest.getByText('1 change').click();
  await expect(latest.getByText('45 calls')).toBeVisible();
  await expect(latest.getByText('as it is now')).toBeVisible();
  await expectAccessible(page);
  await version(1).getByRole('button', { name: 'Revert to this' }).click();

  await expect(dialog.getByRole('heading', { name: 'Review and save' })).toBeVisible();
  await expect(dialog.getByRole('textbox', { name: /Reason/ })).toHaveValue('Back to version 1');
  await dialog.getByRole('button', { name: 'Save 1 change' }).click();
  await expect(dialog).toBeHidden();
  await expect(evidence).toHaveValue('20');
  const saved = await stack.rest.call(api.breakers.read, {
    params: { ...PRODUCTION, key: 'reverted' },
  });
  expect([saved.policy.minCalls, saved.revision]).toEqual([20, 3]);
  await history.click();
  await expect(dialog.getByText('“Back to version 1”')).toBeVisible();
});

test('rules that were removed come back from their history, as text that can be edited', async ({
  signedIn: page,
  stack,
}) => {
  await stack.createBreaker('ruled');
  const path = `${ENVIRONMENT}/breakers/ruled`;
  const rule = {
    id: 'staff',
    when: 'always',
    clauses: [{ attribute: 'plan', operator: 'in', values: ['staff'] }],
    effect: { kind: 'admit' },
  };
  await stack.rest.must('PATCH', path, { rules: [rule], reason: 'our people' }, 1);
  await stack.rest.must('PATCH', path, { rules: [], reason: 'cleaned up' }, 2);
  await page.goto(`${breakerPage(stack, 'ruled')}/rules`);
  await page.getByRole('button', { name: 'History' }).click();
  const dialog = page.getByRole('dialog');
  const version = dialog.getByRole('listitem').filter({ hasText: /^Version 2/ });
  await version.getByRole('button', { name: 'Revert to this' }).click();
  await dialog.getByRole('button', { name: 'Back', exact: true }).click();
  await expectValues(page, ['staff']);
  await page.getByRole('button', { name: 'Discard' }).click();
  await expect(page.getByText('No rules')).toBeVisible();
});

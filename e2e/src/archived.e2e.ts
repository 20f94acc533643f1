import { expect } from '@playwright/test';
import { expectAccessible } from './accessible.js';
import { ENVIRONMENT } from './rest.js';
import { breakerPage, expectLive, type Stack, test } from './stack.js';

async function archive(stack: Stack, key: string): Promise<void> {
  const path = `${ENVIRONMENT}/breakers/${key}/archive`;
  await stack.rest.must('POST', path, { reason: 'the dependency is no more' });
}

test('a policy that is being edited is not lost when its breaker is archived', async ({
  signedIn: page,
  stack,
}) => {
  await stack.createBreaker('retired-draft');
  await page.goto(`${breakerPage(stack, 'retired-draft')}/policy`);
  await expectLive(page);
  const field = page.getByRole('textbox', { name: 'Cool-down', exact: true });
  await field.fill('2');
  const review = page.getByRole('button', { name: 'Review and save' });
  await review.click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: /Reason/ }).fill('too eager');
  await archive(stack, 'retired-draft');
  await expect(dialog).toContainText('retired-draft was archived');
  await expect(dialog.getByRole('button', { name: /^Save/ })).toBeDisabled();
  await expect(dialog.getByRole('textbox', { name: /Reason/ })).toHaveValue('too eager');
  await dialog.getByRole('button', { name: 'Back' }).click();
  await expect(field).toHaveValue('2');
  await expect(review).toBeDisabled();
  await expect(page).toHaveTitle(/^Archived · retired-draft/);
  await expect(page.getByRole('button', { name: 'Open', exact: true })).toHaveCount(0);
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Who did it, and why' }).click();
  const event = page.getByRole('button', {
    name: /archived retired-draft.*the dependency is no more/,
  });
  await expect(event).toBeVisible();
});

test('a breaker that is archived under an open dialog says so, and leaves the fleet', async ({
  signedIn: page,
  stack,
}) => {
  await stack.createBreaker('retired-a');
  await stack.createBreaker('retired-b');
  await page.goto(breakerPage(stack, 'retired-a'));
  await expectLive(page);
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: /Reason/ }).fill('it fails');
  await archive(stack, 'retired-a');
  await expect(dialog).toContainText('retired-a was archived');
  await expect(dialog.getByRole('button', { name: 'Open', exact: true })).toBeDisabled();
  await expect(dialog.getByRole('textbox', { name: /Reason/ })).toHaveValue('it fails');
  await dialog.getByRole('link', { name: 'To the fleet' }).click();
  await expect(dialog).toBeHidden();

  await expect(page.getByRole('link', { name: 'retired-b', exact: true })).toBeVisible();
  await expect(page.getByRole('link', { name: 'retired-a', exact: true })).toHaveCount(0);
  await archive(stack, 'retired-b');
  await expect(page.getByRole('link', { name: 'retired-b', exact: true })).toHaveCount(0);
  await page.keyboard.press('ControlOrMeta+k');
  await page.getByPlaceholder('Breaker, page or action').fill('retired');
  await expect(page.getByText('Nothing by this name.')).toBeVisible();
});

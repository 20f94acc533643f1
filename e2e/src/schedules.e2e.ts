import { expect } from '@playwright/test';
import { api } from '@recloser/protocol';
import { expectAccessible } from './accessible.js';
import { PRODUCTION } from './rest.js';
import { test } from './stack.js';

test('a maintenance window is planned, shown, begun and removed', async ({
  signedIn: page,
  stack,
}) => {
  await stack.createBreaker('planned');
  await page.goto(`${stack.url}/default/production/schedules`);
  await page.getByRole('button', { name: 'New schedule' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('Name')).toBeFocused();
  await dialog.getByLabel('Name').fill('Database upgrade');
  await dialog.getByLabel('Reason', { exact: true }).fill('agreed with the provider');
  await dialog.getByRole('button', { name: 'Create schedule' }).click();
  await expect(dialog.getByText('name a breaker or a tag')).toBeVisible();
  await dialog.getByLabel('Breakers').fill('plannd');
  await expect(dialog.getByText('No breaker is called “plannd”')).toBeVisible();
  await dialog.getByLabel('Breakers').fill('planned');
  await expect(dialog.getByText('No breaker is called')).toHaveCount(0);
  await dialog.getByRole('radio', { name: 'Weekly' }).click();
  for (const day of ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']) {
    await dialog.getByRole('button', { name: day }).click();
  }
  await dialog.getByLabel('Time zone').selectOption('UTC');
  await dialog.getByLabel('Begins at').fill('00:00');
  // As long as a whole day: it is on now.
  await dialog.getByLabel('Length, minutes').fill('1440');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Create schedule' }).click();
  await expect(dialog).toBeHidden();

  await expect(page.getByRole('heading', { name: 'Database upgrade' })).toBeVisible();
  await expect(page.getByText('opens planned, every day at 00:00')).toBeVisible();
  await expect(page.getByText('On now, until')).toBeVisible();
  // A phone has a list of days in place of seven columns.
  const calendar = page.getByRole('table').or(page.getByRole('list', { name: /^Windows of/ }));
  await expect(calendar.getByText('Database upgrade').first()).toBeVisible();
  await expectAccessible(page);
  await expect
    .poll(
      async () =>
        (await stack.rest.call(api.breakers.read, { params: { ...PRODUCTION, key: 'planned' } }))
          .state,
    )
    .toBe('open');

  await page.setViewportSize({ width: 390, height: 844 });
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);
  await page.getByRole('button', { name: 'Remove Database upgrade' }).click();
  await dialog.getByLabel('Reason', { exact: true }).fill('over');
  await dialog.getByRole('button', { name: 'Remove schedule' }).click();
  await expect(page.getByText('No schedules')).toBeVisible();
});

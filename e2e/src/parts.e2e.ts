import { expect } from '@playwright/test';
import { expectAccessible } from './accessible.js';
import { ENVIRONMENT } from './rest.js';
import { test } from './stack.js';

test('a part that is open shows in the fleet list and needs attention', async ({
  signedIn: page,
  stack,
}) => {
  await stack.createBreaker('drained');
  await page.goto(`${stack.url}/default/production`);
  const attention = page.getByRole('region', { name: /Needs attention/ });
  const item = attention.getByRole('link', { name: /drained/ });
  await expect(attention).toBeVisible();
  await expect(item).toBeHidden();
  const scope = { kind: 'zone', value: 'eu-1a' };
  const wish = { scope, reason: 'the zone is drained' };
  await stack.rest.must('POST', `${ENVIRONMENT}/breakers/drained/trip`, wish);
  await expect(item).toContainText('1 part open');
  const row = page
    .getByRole('listitem')
    .filter({ has: page.getByRole('link', { name: 'drained', exact: true }) });
  await expect(row.getByText('Closed')).toBeVisible();
  await expect(row.getByText('1 part open')).toBeVisible();
  await expect(row.getByText(/^Zone eu-1a: Opened by hand/)).toBeVisible();
  await expect(page).toHaveTitle(/in part/);
  await expectAccessible(page);
});

import { expect } from '@playwright/test';
import { api } from '@recloser/protocol';
import { environmentIn } from './rest.js';
import { expectAccessible } from './accessible.js';
import { test } from './stack.js';

const PAGE = 100;

test('instances are found by service and by what they say, all of them, in a view of its own address', async ({
  signedIn: page,
  stack,
}) => {
  const path = await stack.createPlace('many-instances', 'staging');
  const { key: sdkKey } = await stack.rest.call(api.keys.create, {
    params: environmentIn(path),
    body: { name: 'e2e' },
  });
  await stack.rest.must('POST', `${path}/breakers`, { key: 'tax', reason: 'set up', mode: 'auto' });
  const names = Array.from({ length: PAGE }, (_, index) => `web-${1_000 + index}`);
  await Promise.all(names.map((id) => stack.connect('tax', id, { sdkKey, service: 'web' })));
  const mail = await stack.connect('tax', 'zz-mail', { sdkKey, service: 'mail' });
  await mail.callAsEach(['acct_1']);

  await page.goto(`${stack.url}/many-instances/staging/instances`);
  const table = page.getByRole('region', { name: 'Instances' });
  await expect(page.getByRole('button', { name: `web ${PAGE}` })).toBeVisible();
  await expect(table.getByRole('rowheader')).toHaveCount(PAGE);
  await expect(table).not.toContainText('zz-mail');
  await page.getByRole('button', { name: 'More instances' }).click();
  await expect(table).toContainText('zz-mail');

  await page.getByRole('searchbox', { name: 'Search instances' }).fill('ZZ-m');
  await expect(table.getByRole('rowheader')).toHaveCount(1);
  await page.getByRole('searchbox', { name: 'Search instances' }).fill('');
  await page.getByRole('button', { name: 'mail 1' }).click();
  await expect(table.getByRole('rowheader')).toContainText(['zz-mail']);
  await expect(page).toHaveURL(/instances\?service=mail$/);
  await expect(
    page.getByText('mail has called 1 breaker within the last week: tax.'),
  ).toBeVisible();
  await expectAccessible(page);
  await page.reload();
  await expect(table.getByRole('rowheader')).toContainText(['zz-mail']);
  await page.getByRole('link', { name: 'tax' }).click();
  await expect(page.getByRole('heading', { name: 'tax', exact: true })).toBeVisible();

  await mail.recloser.close();
  await page.goto(`${stack.url}/many-instances/staging/instances?service=mail`);
  await expect(table).toContainText('No instance matches');
  await page.getByText('Include disconnected').click();
  await expect(table.getByRole('rowheader')).toContainText(['zz-mail']);
  await expect(table).toContainText('gone for');
});

import { expect, type Page } from '@playwright/test';
import { api } from '@recloser/protocol';
import { ENVIRONMENT, PRODUCTION } from './rest.js';
import { expectLive, test } from './stack.js';

/** On a phone all but states and search is folded. */
async function unfold(page: Page): Promise<void> {
  const filters = page.getByRole('button', { name: 'Filters' });
  if (await filters.isVisible()) await filters.click();
}

test('the fleet shows trouble first, what changed, and keeps its view in the address', async ({
  signedIn: page,
  stack,
}) => {
  const { rest, url } = stack;
  for (const [key, owner] of [
    ['fleet-a', 'payments'],
    ['fleet-b', 'search'],
    ['مدفوعات 🔥', 'payments'],
    ['very-long-'.repeat(19), 'an owner with a long name'.repeat(4)],
  ] as const) {
    const body = { key, owner, tags: ['fleet-test'], mode: 'auto', reason: 'set up' };
    await rest.must('POST', `${ENVIRONMENT}/breakers`, body);
  }
  await rest.must('POST', `${ENVIRONMENT}/breakers/fleet-b/trip`, { reason: 'trouble' });
  await page.goto(`${url}/default/production?tag=fleet-test`);
  const rows = page.getByRole('region', { name: 'Breakers' }).getByRole('listitem');
  await expect(rows).toHaveCount(4);
  await expect(rows.first()).toContainText('fleet-b');
  await expect(page.getByRole('region', { name: 'Last hour' })).toContainText(/by hand/);
  await expect(page.getByLabel('Totals')).toContainText('Not closed');

  await unfold(page);
  await page.getByRole('combobox', { name: 'Groups' }).selectOption('By owner');
  const search = page.getByRole('button', { name: /^search 1 breaker, 1 not closed/ });
  await expect(search).toHaveAttribute('aria-expanded', 'true');
  await search.click();
  await expect(page.getByRole('link', { name: 'fleet-b', exact: true })).toHaveCount(0);
  await page.getByRole('radio', { name: 'Compact' }).click();
  await expect(page).toHaveURL(/tag=fleet-test&group=owner&density=compact/);

  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Save this view…' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('My team');
  await page.getByRole('button', { name: 'Save view' }).click();
  await page.goto(`${url}/default/production?q=fleet-a`);
  await expect(page.getByRole('link', { name: 'fleet-a', exact: true })).toBeVisible();
  await unfold(page);
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'My team' }).click();
  await expect(page).toHaveURL(/group=owner/);
  await expect(page.getByRole('button', { name: /^payments/ })).toBeVisible();
});

test('breakers are grouped by the services that call them', async ({ signedIn: page, stack }) => {
  for (const key of ['used-a', 'used-b', 'used-by-nobody']) await stack.createBreaker(key);
  const shop = await stack.connect('used-a', 'shop-1', { service: 'shop' });
  const mail = await stack.connect('used-a', 'mail-1', { service: 'mail' });
  await shop.callAsEach(['acct_1']);
  await mail.callAsEach(['acct_1']);
  await mail.recloser.breaker('used-b').protect(() => true, { accountId: 'acct_1' });
  await expect
    .poll(async () => {
      const { items } = await stack.rest.call(api.instances.services, { params: PRODUCTION });
      return items.filter(({ service }) => ['mail', 'shop'].includes(service));
    })
    .toMatchObject([{ breakers: ['used-a', 'used-b'] }, { breakers: ['used-a'], instances: 1 }]);

  await page.goto(`${stack.url}/default/production?q=used-`);
  await unfold(page);
  await page.getByRole('combobox', { name: 'Groups' }).selectOption('By service');
  const head = (name: RegExp) => page.getByRole('button', { name });
  await expect(head(/^mail 2 breakers · 1 instance$/)).toBeVisible();
  await expect(head(/^shop 1 breaker · 1 instance$/)).toBeVisible();
  await expect(head(/^Not called within a week 1 breaker$/)).toBeVisible();
  await expect(page.getByRole('link', { name: 'used-a', exact: true })).toHaveCount(2);

  // In the page itself, before the browser asks; and a list that cannot be read hides no breaker.
  await page.route('**/services', (route) => route.fulfill({ status: 503, json: {} }));
  await page.reload();
  await expect(head(/^mail 2 breakers/)).toBeVisible();
  await page.goto(`${stack.url}/default/production?q=used-`);
  await unfold(page);
  await page.getByRole('combobox', { name: 'Groups' }).selectOption('By service');
  await expect(page.getByRole('alert').getByRole('button', { name: 'Try again' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'used-a', exact: true })).toHaveCount(1);
  await page.unroute('**/services');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(head(/^mail 2 breakers/)).toBeVisible();
});

test('the keyboard walks through the fleet and opens a breaker', async ({
  signedIn: page,
  stack,
}) => {
  await stack.createBreaker('keys-a');
  await stack.createBreaker('keys-b');
  await page.goto(`${stack.url}/default/production?q=keys-`);
  await expect(page.getByRole('link', { name: 'keys-b', exact: true })).toBeVisible();
  await expectLive(page);
  await page.keyboard.press('j');
  await expect(page.getByRole('link', { name: 'keys-a', exact: true })).toBeFocused();
  await page.keyboard.press('j');
  await expect(page.getByRole('link', { name: 'keys-b', exact: true })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'keys-b', exact: true })).toBeVisible();
});

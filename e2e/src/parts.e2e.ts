import { expect } from '@playwright/test';
import { api } from '@recloser/protocol';
import { environmentIn } from './rest.js';
import { expectAccessible } from './accessible.js';
import { type Stack, test } from './stack.js';

async function createBreakers(stack: Stack, place: string, keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    await stack.rest.must('POST', `${place}/breakers`, { key, mode: 'auto', reason: 'set up' });
  }
}

test('a part that is open shows in the fleet list, its totals and filters, and needs attention', async ({
  signedIn: page,
  stack,
}) => {
  const place = await stack.createPlace('zones', 'live');
  await createBreakers(stack, place, ['drained', 'whole']);
  await page.goto(`${stack.url}/zones/live`);
  const attention = page.getByRole('region', { name: /Needs attention/ });
  const item = attention.getByRole('link', { name: /drained/ });
  const totals = page.getByLabel('Totals');
  await expect(attention).toContainText('Nothing.');
  await expect(totals).toContainText('of 2 breakers');
  const scope = { kind: 'zone', value: 'eu-1a' };
  const wish = { scope, reason: 'the zone is drained' };
  await stack.rest.must('POST', `${place}/breakers/drained/trip`, wish);
  await expect(item).toContainText('1 part open');
  const rows = page.getByRole('region', { name: 'Breakers' }).getByRole('listitem');
  const row = rows.filter({ has: page.getByRole('link', { name: 'drained', exact: true }) });
  await expect(row.getByText('Closed')).toBeVisible();
  await expect(row.getByText('1 part open')).toBeVisible();
  await expect(row.getByText(/^Zone eu-1a: Opened by hand/)).toBeVisible();
  await expect(page).toHaveTitle(/^1 in part/);
  await expect(totals).toContainText('1 in part');
  await expectAccessible(page);

  await page.getByRole('button', { name: /^Partially open/ }).click();
  await expect(rows).toHaveCount(1);
  await expect(row).toBeVisible();
});

test('what needs attention and finds no room beside the page is one click away', async ({
  signedIn: page,
  stack,
}) => {
  const place = await stack.createPlace('storm', 'live');
  const keys = Array.from({ length: 14 }, (_, index) => `storm-${index}`);
  await createBreakers(stack, place, [...keys, 'calm']);
  for (const key of keys) {
    await stack.rest.must('POST', `${place}/breakers/${key}/trip`, { reason: 'a storm' });
  }
  await page.goto(`${stack.url}/storm/live/audit`);
  const attention = page.getByRole('region', { name: /Needs attention/ });
  await expect(attention.getByRole('link', { name: /^Open: storm-/ })).toHaveCount(12);
  await attention.getByRole('link', { name: '2 more' }).click();
  await expect(page).toHaveURL(/\/storm\/live\?state=open,half,part$/);
  const rows = page.getByRole('region', { name: 'Breakers' }).getByRole('listitem');
  // Only the rows in sight are drawn; each says how many there are.
  await expect(rows.first()).toHaveAttribute('aria-setsize', '14');
  for (const name of [/^Open/, /^Half-open/, /^Partially open/]) {
    const chip = page.getByRole('group', { name: 'Filter by state' }).getByRole('button', { name });
    await expect(chip).toHaveAttribute('aria-pressed', 'true');
  }
});

test('a part that was opened by mistake is taken back from the notice', async ({
  signedIn: page,
  stack,
}) => {
  const place = await stack.createPlace('slips', 'live');
  await createBreakers(stack, place, ['slipped']);
  await page.goto(`${stack.url}/slips/live/breakers/slipped`);
  const parts = page.getByRole('region', { name: 'Parts of the fleet' });
  await parts.getByRole('button', { name: 'Open a part' }).click();
  await parts.getByLabel('Name').fill('eu-1a');
  await parts.getByRole('button', { name: 'Open', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: /Reason/ }).fill('wrong zone');
  await dialog.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(parts.getByText('eu-1a', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(parts.getByText('eu-1a', { exact: true })).toBeHidden();
  const audit = await stack.rest.call(api.audit.list, {
    params: environmentIn(place),
    query: { breaker: 'slipped', limit: 1 },
  });
  expect(audit.items[0]?.reason).toBe('Undone: wrong zone');
});

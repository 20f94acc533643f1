import { expect } from '@playwright/test';
import { setTimeout } from 'node:timers/promises';
import { expectAccessible } from './accessible.js';
import { breakerPage, test } from './stack.js';

test('how long calls take is drawn below the failure rate, and can be read as a table', async ({
  signedIn: page,
  stack,
}) => {
  await stack.createBreaker('latency');
  const { breaker } = await stack.connect('latency', 'latency-1');
  await page.goto(breakerPage(stack, 'latency'));
  const panel = page.getByRole('region', { name: 'Latency', exact: true });
  await expect(panel).toContainText('No latencies in this time');
  await expectAccessible(page);

  const deadline = Date.now() + 60_000;
  const told = panel.getByText(/^The whole time: half of the calls within/);
  while (Date.now() < deadline && !(await told.isVisible())) {
    await breaker.protect(() => setTimeout(30));
    await breaker.protect(() => setTimeout(300));
  }
  await expect(told).toBeVisible();
  await expect(told).toContainText(/within \d\d ms, 95 % within \d{3} ms, 99 % within \d{3} ms/);
  await expect(panel.locator('dl')).toContainText('P95');
  await expect(panel.locator('canvas')).toBeVisible();

  await panel.getByText('As a table').click();
  const rows = panel.getByRole('table').getByRole('row');
  await expect(rows.nth(1)).toContainText(/ms/);
  await expectAccessible(page);
});

import { expect } from '@playwright/test';
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

  for (const ms of [30, 30, 30, 300]) breaker.acquire().success(ms);
  const told = 'half of the calls within 30 ms, 95% within 312 ms, 99% within 312 ms';
  await expect(panel).toContainText(told, { timeout: 60_000 });
  await expect(panel.locator('dl')).toHaveText('P5030 msP95312 msP99312 ms');
  await expect(panel.locator('canvas')).toBeVisible();

  await panel.getByText('As a table').click();
  await expect(panel.getByRole('table').getByRole('row').last()).toContainText('312 ms');
  await expectAccessible(page);
});

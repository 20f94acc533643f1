import { expect } from '@playwright/test';
import { ENVIRONMENT } from './rest.js';
import { breakerPage, test } from './stack.js';

interface Tried {
  readonly admitted: boolean;
  readonly bucket: number | null;
}

test('console, API and SDK agree on every account', async ({ signedIn: page, stack }) => {
  await stack.createBreaker('cohorts');
  const { breaker } = await stack.connect('cohorts', 'cohort-1');
  await stack.rest.must('POST', `${ENVIRONMENT}/breakers/cohorts/ramp`, {
    action: 'set',
    admission: 2 ** 31,
    reason: 'half of the accounts',
  });
  await expect.poll(() => breaker.stats().admission).toBe(2 ** 31);

  const accounts = ['ada', 'grace@example.com', 'Ünïcødé', '😀', 'acct_1842', 'x'.repeat(200)];
  const verdicts = new Set<boolean>();
  await page.goto(breakerPage(stack, 'cohorts'));
  for (const accountId of accounts) {
    const path = `${ENVIRONMENT}/breakers/cohorts/try`;
    const api = await stack.rest.must<Tried>('POST', path, { context: { accountId } });
    const sdk = breaker.decide({ accountId });
    expect({ admitted: sdk.admitted, bucket: sdk.bucket }).toEqual({
      admitted: api.admitted,
      bucket: api.bucket,
    });
    await page.getByLabel('accountId').fill(accountId);
    await page.getByRole('button', { name: 'Try' }).click();
    await expect(page.getByTestId('try-bucket')).toHaveText(String(api.bucket));
    const word = api.admitted ? 'Admitted' : 'Rejected';
    await expect(page.getByRole('status').filter({ hasText: word })).toBeVisible();
    verdicts.add(api.admitted);
  }
  expect(verdicts.size).toBe(2);
});

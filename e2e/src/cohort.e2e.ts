import { expect } from '@playwright/test';
import { api } from '@recloser/protocol';
import { ENVIRONMENT, PRODUCTION } from './rest.js';
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

  const tryIt = async (accountId: string): Promise<Tried> => {
    const tried = await stack.rest.call(api.breakers.try, {
      params: { ...PRODUCTION, key: 'cohorts' },
      body: { context: { accountId } },
    });
    const { admitted, bucket } = breaker.decide({ accountId });
    expect({ admitted, bucket }).toEqual({ admitted: tried.admitted, bucket: tried.bucket });
    return tried;
  };
  await page.goto(breakerPage(stack, 'cohorts'));
  for (const accountId of ['ada', 'grace@example.com', 'Ünïcødé', '😀', 'x'.repeat(200)]) {
    const api = await tryIt(accountId);
    await page.getByLabel('accountId').fill(accountId);
    await page.getByRole('button', { name: 'Try' }).click();
    await expect(page.getByTestId('try-bucket')).toHaveText(String(api.bucket));
    const word = api.admitted ? 'Admitted' : 'Rejected';
    await expect(page.getByRole('status').filter({ hasText: word })).toBeVisible();
  }
  // The salt is another in each run: so many accounts are practically never all on one side.
  const many = Array.from({ length: 40 }, (_, index) => `acct_${index}`);
  const verdicts = await Promise.all(many.map(async (id) => (await tryIt(id)).admitted));
  expect(new Set(verdicts).size).toBe(2);
});

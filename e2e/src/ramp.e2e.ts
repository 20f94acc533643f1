import { expect } from '@playwright/test';
import { act, breakerPage, test } from './stack.js';

const ACCOUNTS = Array.from({ length: 2_000 }, (_, index) => `account-${index}`);

test('a person ramps from 6.25% to 100%, and the same accounts come back on a connected SDK', async ({
  signedIn: page,
  stack,
}) => {
  await stack.createBreaker('ramp-by-hand');
  const service = await stack.connect('ramp-by-hand', 'ramp-1');
  const other = await stack.connect('ramp-by-hand', 'ramp-2');
  await page.goto(breakerPage(stack, 'ramp-by-hand'));
  const main = page.getByRole('main');

  await act(page, 'Open', 'Provider incident');
  await expect.poll(() => service.breaker.stats().state).toBe('open');
  expect(await service.callAsEach(ACCOUNTS)).toEqual([]);
  await expect(page.getByText('of 2 applied')).toBeVisible();

  await act(page, 'Start the ramp', 'Provider reports it fixed');
  let before: string[] = [];
  for (const [step, percent] of [6.25, 12.5, 25, 50].entries()) {
    if (step > 0) await act(page, 'Next step', 'Numbers look healthy');
    for (const { breaker } of [service, other]) {
      await expect.poll(() => (breaker.stats().admission / 2 ** 32) * 100).toBe(percent);
    }
    const rejectedBefore = service.breaker.stats().rejected;
    const admitted = await service.callAsEach(ACCOUNTS);
    expect((admitted.length / ACCOUNTS.length) * 100).toBeGreaterThan(percent * 0.75);
    expect((admitted.length / ACCOUNTS.length) * 100).toBeLessThan(percent * 1.25);
    expect(admitted).toEqual(expect.arrayContaining(before));
    expect(service.breaker.stats().rejected - rejectedBefore).toBe(
      ACCOUNTS.length - admitted.length,
    );
    expect(await other.callAsEach(ACCOUNTS)).toEqual(admitted);
    await expect(main.getByText(`${percent}%`).first()).toBeVisible();
    before = admitted;
  }
  await act(page, 'Next step', 'Numbers look healthy');
  await expect.poll(() => service.breaker.stats().state).toBe('closed');
  expect(await service.callAsEach(ACCOUNTS)).toEqual(ACCOUNTS);
});

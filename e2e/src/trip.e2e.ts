import { expect } from '@playwright/test';
import { act, breakerPage, test } from './stack.js';

test('a manual trip reaches every SDK, and the audit log keeps who and why', async ({
  signedIn: page,
  stack,
}) => {
  await stack.createBreaker('card-payments');
  const services = await Promise.all(
    ['a', 'b', 'c'].map((id) => stack.connect('card-payments', `trip-${id}`)),
  );
  await page.goto(breakerPage(stack, 'card-payments'));
  const reason = `Card payments fail since ${Date.now()}`;
  await act(page, 'Open', reason);
  for (const { breaker } of services) {
    await expect.poll(() => breaker.allows({ accountId: 'anyone' })).toBe(false);
    const error: unknown = await breaker.protect(() => 1).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'RECLOSER_OPEN', breaker: 'card-payments', state: 'open' });
  }
  await expect(page.getByText('of 3 applied')).toBeVisible();
  await page.getByRole('link', { name: 'Audit' }).last().click();
  await expect(page.getByText(reason).first()).toBeVisible();
});

test('without a reason nothing is sent', async ({ signedIn: page, stack }) => {
  await stack.createBreaker('reasonless');
  await page.goto(breakerPage(stack, 'reasonless'));
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  const send = page.getByRole('dialog').getByRole('button', { name: 'Open', exact: true });
  await expect(send).toBeDisabled();
  await page.getByRole('textbox', { name: /Reason/ }).fill('   ');
  await expect(send).toBeDisabled();
});

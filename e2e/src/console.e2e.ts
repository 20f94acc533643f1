import { expect } from '@playwright/test';
import { api } from '@recloser/protocol';
import { readFile } from 'node:fs/promises';
import { ENVIRONMENT, PRODUCTION } from './rest.js';
import { act, breakerPage, expectLive, test } from './stack.js';

const CALLS = ['one', 'two', 'three', 'four', 'five'];

test('a new user gets from nothing to a first signal', async ({ signedIn: page, stack }) => {
  await stack.rest.must('POST', '/v1/projects', { key: 'fresh', name: 'Fresh' });
  const environment = { key: 'development', name: 'Development', kind: 'development' };
  await stack.rest.must('POST', '/v1/projects/fresh/environments', environment);
  await page.goto(`${stack.url}/fresh/development`);
  await expect(page.getByRole('heading', { name: 'Connect your first service' })).toBeVisible();
  await page.getByRole('button', { name: 'Create a key for development' }).click();
  const sdkKey = await page.getByTestId('secret').innerText();
  await expect(page.getByLabel('run command', { exact: true })).toContainText(sdkKey);
  await expect(page.getByText('Waiting for an SDK to connect')).toBeVisible();

  const service = await stack.connect('my-first', 'first-1', { sdkKey });
  await expect(page.getByText('1 SDK connected')).toBeVisible();
  await service.callAsEach(CALLS);
  await expect(page.getByText('First signal received')).toBeInViewport();
  await page.getByRole('link', { name: 'See the breaker' }).click();
  await expect(page.getByRole('heading', { name: 'my-first' })).toBeVisible();
});

test('an SDK key is shown once, works, and stops working when revoked', async ({
  signedIn: page,
  stack,
}) => {
  await page.goto(`${stack.url}/default/production/keys`);
  await page.getByRole('button', { name: 'Create key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('revocable');
  await dialog.getByRole('button', { name: 'Create key' }).click();
  const sdkKey = await page.getByTestId('secret').innerText();
  await dialog.getByRole('button', { name: 'I have it' }).click();
  await expect(page.getByText(sdkKey)).toHaveCount(0);

  const { recloser } = await stack.connect('with-key', 'revoked-1', { sdkKey });
  const cutOff = new Promise((resolve) => {
    recloser.on('error', resolve);
  });
  await page.getByRole('button', { name: 'Revoke revocable' }).click();
  await dialog.getByLabel('Reason', { exact: true }).fill('leaked in a log');
  await dialog.getByRole('button', { name: 'Revoke key' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'revocable' })).toContainText(
    'revoked',
  );
  expect(await cutOff).toBeTruthy();
});

test('a form sends once however often it is clicked, and says why it failed', async ({
  signedIn: page,
  stack,
}) => {
  let sent = 0;
  let answer = (): void => undefined;
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route('**/environments/production/keys', async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    sent += 1;
    await answered;
    return route.abort();
  });
  await page.goto(`${stack.url}/default/production/keys`);
  await page.getByRole('button', { name: 'Create key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('never made');
  await dialog.getByLabel('Name').press('Enter');
  await dialog.getByLabel('Name').press('Enter');
  await expect(dialog.getByRole('button', { name: 'Create key' })).toBeDisabled();
  answer();
  await expect(dialog.getByRole('alert')).toContainText('cannot be reached');
  await expect(dialog.getByRole('button', { name: 'Create key' })).toBeEnabled();
  expect(sent).toBe(1);
  await page.screenshot({ path: test.info().outputPath('refused.png') });
});

test('an audit log that cannot be verified or read says so', async ({ signedIn: page, stack }) => {
  await page.route('**/environments/production/audit**', (route) => route.abort());
  await page.goto(`${stack.url}/default/production/audit`);
  await expect(page.getByRole('status').filter({ hasText: 'Chain not verified' })).toBeVisible();
  const events = page.getByRole('region', { name: 'Events' });
  await expect(events.getByRole('alert')).toContainText('cannot be reached');
  await page.screenshot({ path: test.info().outputPath('unread.png') });
  await page.unroute('**/environments/production/audit**');
  await events.getByRole('button', { name: 'Try again' }).click();
  await expect(events.getByRole('listitem').first()).toBeVisible();
});

test('the audit log filters, verifies and exports', async ({ signedIn: page, stack }) => {
  await stack.createBreaker('audited');
  const reason = 'Exported "reason", with a comma';
  await stack.rest.must('POST', `${ENVIRONMENT}/breakers/audited/trip`, { reason });
  await page.goto(`${stack.url}/default/production/audit?breaker=audited`);
  await expect(page.getByRole('status').filter({ hasText: 'Chain verified' })).toBeVisible();
  const events = page.getByRole('region', { name: 'Events' }).getByRole('listitem');
  await expect(events).toHaveCount(2);
  await events.first().getByRole('button').click();
  await expect(page.getByRole('row', { name: /^admission/ })).toContainText('100%');

  for (const [format, sign] of [
    ['CSV', 'audited'],
    ['JSON Lines', '"breaker":"audited"'],
  ] as const) {
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: format }).click(),
    ]);
    const text = await readFile(await download.path(), 'utf8');
    expect(text).toContain(sign);
    expect(text).toContain('Exported');
    expect(text).not.toContain('reasonless');
  }
});

test('a policy is saved with its difference and a reason, and the state stays', async ({
  signedIn: page,
  stack,
}) => {
  await stack.createBreaker('tuned');
  await stack.rest.must('POST', `${ENVIRONMENT}/breakers/tuned/trip`, { reason: 'stays open' });
  await page.goto(`${breakerPage(stack, 'tuned')}/policy`);
  const tolerated = page.getByLabel('Tolerated failures', { exact: true });
  await tolerated.fill('700');
  await expect(page.getByText('Must be 1 … 95%')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Review and save' })).toBeDisabled();
  await tolerated.fill('80');
  await page.getByRole('button', { name: 'Review and save' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('When it opens · Tolerated failures')).toBeVisible();
  await dialog.getByLabel('Reason', { exact: true }).fill('less sensitive');
  await dialog.getByRole('button', { name: /^Save/ }).click();
  await expect(dialog).toBeHidden();
  const saved = await stack.rest.call(api.breakers.read, {
    params: { ...PRODUCTION, key: 'tuned' },
  });
  expect(saved).toMatchObject({
    state: 'open',
    revision: 2,
    policy: { trip: { toleratedRate: 0.8 } },
  });
});

test('a person who comes second is told so', async ({ signedIn: page, stack }) => {
  await stack.createBreaker('contested');
  await page.goto(breakerPage(stack, 'contested'));
  await page.route('**/breakers/contested/trip', async (route) => {
    await stack.rest.must('POST', `${ENVIRONMENT}/breakers/contested/trip`, { reason: 'first' });
    await route.continue();
  });
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason', { exact: true }).fill('second');
  await dialog.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(dialog.getByRole('alert')).toBeVisible();
});

test('the palette jumps to a breaker by its name', async ({ signedIn: page, stack }) => {
  await stack.createBreaker('found by name');
  await page.goto(`${stack.url}/default/production`);
  await expectLive(page);
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('Breaker, page or action').fill('found by');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'found by name' })).toBeVisible();
  expect(new URL(page.url()).pathname).toBe('/default/production/breakers/found%20by%20name');
});

test('a lost connection is shown at once, and the console goes on by itself', async ({
  signedIn: page,
  stack,
}) => {
  await stack.createBreaker('watched');
  await page.goto(breakerPage(stack, 'watched'));
  await expect(page.getByRole('button', { name: 'Open', exact: true })).toBeVisible();
  await expectLive(page);
  await stack.platform.halt('api', 'SIGKILL');
  const banner = page.getByRole('alert').filter({ hasText: 'Connection lost' });
  await expect(banner).toContainText('stale');
  await stack.platform.restart('api');
  await expect(banner).toBeHidden();
  await act(page, 'Open', 'after the outage');
  await expect(page).toHaveTitle(/^Open · watched/);
});

import { expect, type Page } from '@playwright/test';
import { api } from '@recloser/protocol';
import { DEFAULT_POLICY } from '@recloser/core';
import { expectAccessible } from './accessible.js';
import { isSigned, Receiver } from './receiver.js';
import { RestClient, environmentIn } from './rest.js';
import { signIn, type Stack, test } from './stack.js';

const PROJECT = 'alerts';
const VIEWER = { email: 'reader@recloser.local', password: 'only-looking-around' };
/** The page asks every three seconds. */
const SOON = { timeout: 30_000 };

let place = '';
let receiver: Receiver;

test.beforeAll(async ({ stack }) => {
  place = await stack.createPlace(PROJECT, 'production');
  receiver = await Receiver.start();
  for (const key of ['ledger', 'mailer']) {
    const body = { key, mode: 'auto', tags: ['tier-1'], policy: DEFAULT_POLICY, reason: 'set up' };
    await stack.rest.must('POST', `${place}/breakers`, body);
  }
});

test.afterAll(() => receiver.stop());

function open(page: Page, stack: Stack) {
  return page.goto(`${stack.url}/${PROJECT}/production/notifications`);
}

async function giveReason(page: Page, reason: string): Promise<void> {
  await page.getByRole('dialog').getByLabel('Reason', { exact: true }).fill(reason);
}

/** Returns the secret, which is shown this once. */
async function create(page: Page, name: string, url: string): Promise<string> {
  await page.getByRole('button', { name: 'New channel' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('Name')).toBeFocused();
  await dialog.getByLabel('Address').fill('127.0.0.1');
  await expect(dialog.getByText('an address that begins with https://')).toBeVisible();
  await dialog.getByLabel('Address').fill(url);
  await dialog.getByLabel('Tags').fill('tier-2');
  await expect(dialog.getByText('No breaker is tagged “tier-2”')).toBeVisible();
  await dialog.getByLabel('Tags').fill('tier-1');
  await giveReason(page, 'agreed with the team');
  await dialog.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(dialog.getByText('Give it a name.')).toBeVisible();
  await dialog.getByLabel('Name').fill(name);
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Create', exact: true }).click();
  await expect(dialog.getByRole('heading', { name: `“${name}” is set up` })).toBeVisible();
  return dialog.getByTestId('secret').innerText();
}

test('notifications are set up, tested, sent, and say when they do not arrive', async ({
  signedIn: page,
  stack,
}) => {
  test.slow();
  await open(page, stack);
  await expect(page.getByText('No notification channels yet')).toBeVisible();
  await expectAccessible(page);
  const secret = await create(page, 'On call', `http://${receiver.host}/hooks/hidden-part`);
  const dialog = page.getByRole('dialog');

  await dialog.getByRole('button', { name: 'Send test to On call' }).click();
  await expect(dialog.getByText('The test arrived')).toBeVisible();
  await expectAccessible(page);
  expect(receiver.messages).toMatchObject([{ type: 'test' }]);
  await dialog.getByRole('button', { name: 'I have it' }).click();
  await expect(page.getByText('Nothing sent yet.')).toBeVisible();
  await expect(page.getByText(receiver.host)).toBeVisible();
  await expect(page.locator('body')).not.toContainText('hidden-part');

  await stack.rest.must('POST', `${place}/breakers/ledger/trip`, { reason: 'Incident 4711' });
  await expect
    .poll(() => receiver.messages, SOON)
    .toContainEqual(
      expect.objectContaining({
        type: 'breaker.opened',
        breaker: 'ledger',
        reason: 'Incident 4711',
      }),
    );
  await expect(page.getByText(/^Last sent .+ ago$/)).toBeVisible(SOON);
  expect(receiver.received.every((message) => isSigned(message, secret))).toBe(true);
  expect(receiver.received.some((message) => isSigned(message, 'whsec_AAAA'))).toBe(false);

  receiver.status = 500;
  await stack.rest.must('POST', `${place}/breakers/mailer/trip`, { reason: 'Incident 4712' });
  await expect(page.getByText(/^Failing for .+: 500 Internal Server Error/)).toBeVisible(SOON);
  await page.getByRole('button', { name: 'Send test to On call' }).click();
  const outcome = page.getByRole('status').filter({ hasText: 'The test' });
  await expect(outcome).toHaveText('The test did not arrive: 500 Internal Server Error', SOON);
  await expectAccessible(page);

  receiver.status = 204;
  await page.getByRole('button', { name: 'Send test to On call' }).click();
  await expect(page.getByText(/^Last sent .+ ago$/)).toBeVisible(SOON);
  await expect(page.getByText('Failing for')).toHaveCount(0);
  expect(receiver.messages.at(-1)).toMatchObject({ type: 'breaker.opened', breaker: 'mailer' });
});

test('an event that is refused for good is set aside in sight, and a secret is changed', async ({
  signedIn: page,
  stack,
}) => {
  test.slow();
  const wish = { name: 'Pager', kind: 'webhook', events: ['opened'], reason: 'set up' } as const;
  const url = `http://${receiver.host}/pager`;
  const headers = [{ name: 'X-Team', value: 'payments' }];
  const body = { ...wish, url, headers };
  const { channel } = await stack.rest.call(api.channels.create, {
    params: environmentIn(place),
    body,
  });
  await stack.rest.must('POST', `${place}/breakers`, {
    key: 'pager',
    mode: 'auto',
    reason: 'set up',
  });
  receiver.status = 400;
  await stack.rest.must('POST', `${place}/breakers/pager/trip`, { reason: 'Incident 4713' });
  await open(page, stack);
  const item = page.getByRole('listitem').filter({ hasText: 'Pager' });
  const words = item.getByText('1 event of this week was not taken and is not sent any more');
  await expect(words).toBeVisible(SOON);
  receiver.status = 204;
  await words.click();
  await expect(item.getByText('400 Bad Request (tried 3 times)')).toBeVisible();
  await expectAccessible(page);

  await page.getByRole('button', { name: 'New secret for Pager' }).click();
  const dialog = page.getByRole('dialog');
  await giveReason(page, 'regular rotation');
  await dialog.getByRole('button', { name: 'New secret', exact: true }).click();
  const secret = await dialog.getByTestId('secret').innerText();
  await dialog.getByRole('button', { name: 'Send test to Pager' }).click();
  await expect(dialog.getByText('The test arrived')).toBeVisible(SOON);
  await expectAccessible(page);
  const last = receiver.received.at(-1);
  expect(last?.headers).toMatchObject({ 'x-team': 'payments' });
  expect(last !== undefined && isSigned(last, secret)).toBe(true);
  await stack.rest.must('POST', `${place}/channels/${channel.id}/remove`, { reason: 'over' });
});

test('they are paused, edited without giving the address again, and removed', async ({
  signedIn: page,
  stack,
}) => {
  const wish = { name: 'Day shift', kind: 'webhook', events: ['opened'], reason: 'set up' };
  const url = `http://${receiver.host}/hooks/day`;
  await stack.rest.must('POST', `${place}/channels`, { ...wish, url });
  await open(page, stack);
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: 'Pause Day shift' }).click();
  await giveReason(page, 'planned work');
  await dialog.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('Paused: nothing is sent.')).toBeVisible();

  await page.getByRole('button', { name: 'Edit Day shift' }).click();
  await expect(dialog.getByLabel('Address')).toHaveValue('');
  await dialog.getByLabel('Name').fill('Night shift');
  await dialog.getByRole('checkbox', { name: 'Edited' }).check();
  await giveReason(page, 'renamed');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('heading', { name: 'Night shift' })).toBeVisible();
  const item = page.getByRole('listitem').filter({ hasText: 'Night shift' });
  await expect(item).toContainText(receiver.host);
  await expect(item).toContainText('Sends opened, edited · all breakers');

  await page.getByRole('button', { name: 'Resume Night shift' }).click();
  await giveReason(page, 'work is done');
  await dialog.getByRole('button', { name: 'Resume', exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('Paused: nothing is sent.')).toHaveCount(0);

  await page.getByRole('button', { name: 'Remove Night shift' }).click();
  await giveReason(page, 'no longer used');
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('heading', { name: 'Night shift' })).toHaveCount(0);

  await page.goto(`${stack.url}/${PROJECT}/production/audit?action=channel`);
  const events = page.getByRole('region', { name: 'Events' });
  await expect(events).toContainText('set up the notifications to Day shift');
  await expect(events).toContainText('removed the notifications to Night shift');
});

test('two who edit one are put together', async ({ signedIn: page, stack }) => {
  const wish = { name: 'Shared', kind: 'chat', events: ['opened'], reason: 'set up' } as const;
  const { channel } = await stack.rest.call(api.channels.create, {
    params: environmentIn(place),
    body: { ...wish, url: `http://${receiver.host}/chat` },
  });
  const path = `${place}/channels/${channel.id}`;
  await open(page, stack);
  await page.getByRole('button', { name: 'Edit Shared' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Tags').fill('tier-1');
  const theirs = { events: ['opened', 'closed'], reason: 'also when it is over' };
  await stack.rest.must('PATCH', path, theirs, 1);
  await giveReason(page, 'only what matters');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByText('“also when it is over”')).toBeVisible();
  await expect(dialog.getByText('You have changed different things')).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Keep mine on top of theirs' }).click();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('Sends opened, closed · breakers tagged tier-1')).toBeVisible();
  await stack.rest.must('POST', `${path}/remove`, { reason: 'over' });
});

test('a viewer sees where they go, and cannot change it', async ({ page, stack }) => {
  const wish = { name: 'Payments', kind: 'chat', events: ['opened'], reason: 'set up' };
  const url = `http://${receiver.host}/chat`;
  await stack.rest.must('POST', `${place}/channels`, { ...wish, url });
  await stack.rest.must('POST', '/v1/people', { ...VIEWER, name: 'Rea', role: 'viewer' });
  await signIn(page, stack.url, VIEWER);
  await open(page, stack);
  await expect(page.getByRole('heading', { name: 'Payments' })).toBeVisible();
  for (const name of [/^Send test/, /^Pause/, /^Edit/, /^Remove/, 'New channel']) {
    await expect(page.getByRole('button', { name })).toHaveCount(0);
  }
  const viewer = new RestClient(stack.url);
  await viewer.signIn(VIEWER.email, VIEWER.password);
  const refused = await viewer.send('POST', `${place}/channels`, { ...wish, name: 'Mine', url });
  expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden' } });
});

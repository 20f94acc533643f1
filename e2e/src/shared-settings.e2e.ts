import { expect, type Page } from '@playwright/test';
import { api } from '@recloser/protocol';
import { DEFAULT_POLICY, mergePolicy } from '@recloser/core';
import { expectAccessible } from './accessible.js';
import { ENVIRONMENT, PRODUCTION } from './rest.js';
import { breakerPage, expectLive, type Stack, test } from './stack.js';
import { expectValues, replaceValues } from './value-list.js';

const dialogOn = (page: Page) => page.getByRole('dialog');
const bothOn = (page: Page) => page.getByRole('region', { name: 'Theirs and yours' });
const members = (...values: string[]) => [{ attribute: 'accountId', operator: 'in', values }];

async function editSegment(page: Page, stack: Stack, key: string): Promise<void> {
  const segment = { key, name: `The ${key}`, clauses: members('ada', 'bob'), reason: 'first' };
  await stack.rest.must('POST', `${ENVIRONMENT}/segments`, segment);
  await page.goto(`${stack.url}/default/production/segments`);
  await page.getByRole('button', { name: `Edit ${key}` }).click();
}

test('members that two people add to a segment are put together', async ({
  signedIn: page,
  stack,
}) => {
  await editSegment(page, stack, 'testers');
  const dialog = dialogOn(page);
  await replaceValues(dialog, 'ada, bob, dan');
  await dialog.getByLabel('Name').fill('Who tests');
  await dialog.getByRole('textbox', { name: /Reason/ }).fill('Dan is new');
  const theirs = { name: 'Our testers', clauses: members('bob', 'cleo'), reason: 'Cleo for Ada' };
  await stack.rest.must('PATCH', `${ENVIRONMENT}/segments/testers`, theirs, 1);
  await dialog.getByRole('button', { name: 'Save segment' }).click();

  const both = bothOn(page);
  await expect(both.getByText(/saved version 2/)).toBeVisible();
  await expect(both.getByText('“Cleo for Ada”')).toBeVisible();
  await expect(both.getByText('added cleo; removed ada')).toBeVisible();
  await expect(both.getByText('added dan')).toBeVisible();
  await dialog.getByRole('button', { name: 'See both versions' }).click();
  await expectAccessible(page);
  await both.getByLabel('Name: theirs').check();
  await both.getByRole('button', { name: 'Keep mine on top of theirs' }).click();
  await expect(both).toBeHidden();
  await expectValues(dialog, ['bob', 'cleo', 'dan']);
  await expect(dialog.getByLabel('Name')).toHaveValue('Our testers');
  await expect(dialog.getByRole('textbox', { name: /Reason/ })).toHaveValue('Dan is new');
  await dialog.getByRole('button', { name: 'Save segment' }).click();
  await expect(dialog).toBeHidden();
  expect(
    await stack.rest.call(api.segments.read, { params: { ...PRODUCTION, key: 'testers' } }),
  ).toMatchObject({
    revision: 3,
    name: 'Our testers',
    clauses: members('bob', 'cleo', 'dan'),
  });
});

test('a segment that is removed while it is edited can be created again with what was typed', async ({
  signedIn: page,
  stack,
}) => {
  await editSegment(page, stack, 'pilots');
  const dialog = dialogOn(page);
  await replaceValues(dialog, 'ada, eve');
  await dialog.getByRole('textbox', { name: /Reason/ }).fill('Eve for Bob');
  const path = `${ENVIRONMENT}/segments/pilots`;
  await stack.rest.must('POST', `${path}/remove`, { reason: 'the pilot is over' });
  await dialog.getByRole('button', { name: 'Save segment' }).click();

  const notice = dialog.getByRole('alert');
  await expect(notice).toContainText(/The pilots was removed by .+ at .+: “the pilot is over”/);
  await expect(notice.getByRole('link', { name: 'See it in the audit log' })).toBeVisible();
  await expectValues(dialog, ['ada', 'eve']);
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Create it again' }).click();
  await expect(dialog).toBeHidden();
  expect(
    await stack.rest.call(api.segments.read, { params: { ...PRODUCTION, key: 'pilots' } }),
  ).toMatchObject({
    revision: 1,
    name: 'The pilots',
    clauses: members('ada', 'eve'),
  });

  await page.getByRole('button', { name: 'Remove pilots' }).click();
  await dialog.getByRole('textbox', { name: /Reason/ }).fill('over, too');
  await stack.rest.must('POST', `${path}/remove`, { reason: 'really over' });
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(dialog.getByRole('alert')).toContainText('“really over”');
  await expect(dialog.getByRole('button', { name: 'Remove', exact: true })).toBeDisabled();
});

test('a schedule that somebody else edits or removes keeps what was typed', async ({
  signedIn: page,
  stack,
}) => {
  const plan = {
    when: { kind: 'once', date: '2099-03-14', time: '02:00' },
    timeZone: 'UTC',
    durationMinutes: 90,
    leadMinutes: 0,
    action: { kind: 'open' },
    breakers: ['search'],
    tags: [],
  };
  const schedule = { key: 'upgrade', name: 'Upgrade', plan, reason: 'agreed' };
  await stack.rest.must('POST', `${ENVIRONMENT}/schedules`, schedule);
  await page.goto(`${stack.url}/default/production/schedules`);
  await page.getByRole('button', { name: 'Edit Upgrade' }).click();
  const dialog = dialogOn(page);
  await dialog.getByLabel('Breakers').fill('search, mail');
  await dialog.getByRole('textbox', { name: /Reason/ }).fill('mail, too');
  const path = `${ENVIRONMENT}/schedules/upgrade`;
  const longer = { ...plan, durationMinutes: 120, breakers: ['search', 'geo'] };
  await stack.rest.must('PATCH', path, { plan: longer, reason: 'two hours' }, 1);
  await dialog.getByRole('button', { name: 'Save schedule' }).click();
  const both = bothOn(page);
  await expect(both.getByText('“two hours”')).toBeVisible();
  await both.getByRole('button', { name: 'Keep mine on top of theirs' }).click();
  await expect(dialog.getByLabel('Breakers')).toHaveValue('search, geo, mail');
  await expect(dialog.getByLabel('Length, minutes')).toHaveValue('120');

  await stack.rest.must('POST', `${path}/remove`, { reason: 'called off' });
  await dialog.getByRole('button', { name: 'Save schedule' }).click();
  await expect(dialog.getByRole('alert')).toContainText('“called off”');
  await dialog.getByRole('button', { name: 'Create it again' }).click();
  await expect(dialog).toBeHidden();
  expect(
    await stack.rest.call(api.schedules.read, { params: { ...PRODUCTION, key: 'upgrade' } }),
  ).toMatchObject({
    revision: 1,
    plan: { ...longer, breakers: ['search', 'geo', 'mail'] },
  });
});

test('the history of a breaker that is archived meanwhile says so', async ({
  signedIn: page,
  stack,
}) => {
  await stack.createBreaker('historic');
  const policy = mergePolicy(DEFAULT_POLICY, { minCalls: 30 });
  const path = `${ENVIRONMENT}/breakers/historic`;
  await stack.rest.must('PATCH', path, { policy, reason: 'calmer' }, 1);
  await page.goto(`${breakerPage(stack, 'historic')}/policy`);
  await expectLive(page);
  await page.getByRole('button', { name: 'History' }).click();
  const dialog = dialogOn(page);
  await expect(dialog.getByRole('button', { name: /Revert to this/ })).toBeVisible();
  await stack.rest.must('POST', `${path}/archive`, { reason: 'replaced by another' });
  await expect(dialog.getByRole('alert')).toContainText(
    /historic was archived by .+: “replaced by another”/,
  );
  await expect(dialog.getByRole('button', { name: /Revert to this/ })).toHaveCount(0);
  await expectAccessible(page);
  await dialog.getByRole('link', { name: 'Who did it, and why' }).click();
  await expect(page.getByRole('button', { name: /archived historic/ })).toBeVisible();
});

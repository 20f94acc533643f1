import { expect, type Browser, type Page } from '@playwright/test';
import { api } from '@recloser/protocol';
import { DEFAULT_POLICY, mergePolicy } from '@recloser/core';
import { expectAccessible } from './accessible.js';
import { ENVIRONMENT, PRODUCTION } from './rest.js';
import { ADMIN, breakerPage, signIn, type Stack, test } from './stack.js';
import { replaceValues } from './value-list.js';

/** The same page in a browser of somebody else. */
async function elsewhere(browser: Browser, stack: Stack, address: string): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await signIn(page, stack.url, ADMIN);
  await page.goto(address);
  return page;
}

async function save(page: Page, reason: string): Promise<void> {
  await page.getByRole('button', { name: 'Review and save' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: /Reason/ }).fill(reason);
  await dialog.getByRole('button', { name: /^Save/ }).click();
  await expect(dialog).toBeHidden();
}

const bothOn = (page: Page) => page.getByRole('region', { name: 'Theirs and yours' });
const rule = (id: string, plan: string) => ({
  id,
  when: 'always',
  clauses: [{ attribute: 'plan', operator: 'in', values: [plan] }],
  effect: { kind: 'admit' },
});

const evidence = (page: Page) => page.getByLabel('Evidence', { exact: true });

/** I am about to save a policy when somebody else saves another one. */
async function overtake(browser: Browser, mine: Page, stack: Stack): Promise<Page> {
  await stack.createBreaker('overtaken', mergePolicy(DEFAULT_POLICY, { minCalls: 20 }));
  const address = `${breakerPage(stack, 'overtaken')}/policy`;
  await mine.goto(address);
  const theirs = await elsewhere(browser, stack, address);
  await evidence(mine).fill('45');
  await mine.getByLabel('Ladder', { exact: true }).fill('10, 50');
  await mine.getByRole('button', { name: 'Review and save' }).click();
  const dialog = mine.getByRole('dialog');
  await dialog.getByRole('textbox', { name: /Reason/ }).fill('calmer at night');
  await evidence(theirs).fill('60');
  await theirs.getByText(/^Advanced/).click();
  await theirs.getByLabel('When a step fails').selectOption('open');
  await save(theirs, 'after the incident');
  await expect(dialog.getByText(/Somebody saved version 2 meanwhile/)).toBeVisible();
  await dialog.getByRole('button', { name: 'See both versions' }).click();
  return theirs;
}

test('of two who edit a policy, the second sees both and loses nothing', async ({
  browser,
  signedIn: mine,
  stack,
}) => {
  const theirs = await overtake(browser, mine, stack);
  const both = bothOn(mine);
  await expect(both.getByText(/saved version 2/)).toBeVisible();
  await expect(both.getByText('“after the incident”')).toBeVisible();
  await expect(both.getByText('Both of you have changed 1 thing: choose.')).toBeVisible();
  const conflict = both.getByRole('listitem').filter({ hasText: 'When it opens · Evidence' });
  await expect(conflict.getByText('20 calls')).toBeVisible();
  await expect(conflict.getByText('60 calls')).toBeVisible();
  await expect(conflict.getByLabel('yours')).toBeChecked();
  await expect(evidence(mine)).toHaveValue('45');
  await expectAccessible(mine);

  await both.getByRole('button', { name: 'Take theirs' }).click();
  await expect(evidence(mine)).toHaveValue('60');
  await mine.getByRole('button', { name: 'Bring it back' }).click();
  await expect(evidence(mine)).toHaveValue('45');
  await conflict.getByLabel('theirs').check();
  await both.getByRole('button', { name: 'Keep mine on top of theirs' }).click();
  await expect(both).toBeHidden();
  await expect(evidence(mine)).toHaveValue('60');
  await expect(mine.getByLabel('Ladder', { exact: true })).toHaveValue('10, 50');
  await expect(mine.getByLabel('When a step fails')).toHaveValue('open');
  await mine.getByRole('button', { name: 'Review and save' }).click();
  const dialog = mine.getByRole('dialog');
  await expect(dialog.getByRole('textbox', { name: /Reason/ })).toHaveValue('calmer at night');
  await dialog.getByRole('button', { name: 'Save 1 change' }).click();
  await expect(dialog).toBeHidden();

  expect(
    await stack.rest.call(api.breakers.read, { params: { ...PRODUCTION, key: 'overtaken' } }),
  ).toMatchObject({
    revision: 3,
    policy: {
      minCalls: 60,
      recovery: { onStepFailure: 'open', ladder: [429_496_730, 2 ** 31] },
    },
  });
  // Who edits nothing sees what is saved, without being asked.
  await expect(theirs.getByLabel('Ladder', { exact: true })).toHaveValue('10, 50');
  await theirs.context().close();
});

test('rules that two people write at once are put together', async ({
  browser,
  signedIn: mine,
  stack,
}) => {
  await stack.createBreaker('written-twice');
  const path = `${ENVIRONMENT}/breakers/written-twice`;
  await stack.rest.must('PATCH', path, { rules: [rule('staff', 'staff')], reason: 'first' }, 1);
  const address = `${breakerPage(stack, 'written-twice')}/rules`;
  await mine.goto(address);
  const theirs = await elsewhere(browser, stack, address);
  await mine.getByRole('button', { name: 'Add rule' }).click();
  await mine.getByLabel('Rule id').last().fill('batch');
  await mine.getByLabel('Attribute', { exact: true }).last().fill('job');
  await mine.getByLabel('Values').last().fill('nightly');

  await replaceValues(theirs, 'staff, interns');
  await save(theirs, 'interns too');

  const both = bothOn(mine);
  await expect(both.getByText(/You have changed different things/)).toBeVisible();
  await expect(both.getByText('plan is one of staff, interns')).toBeVisible();
  await expectAccessible(mine);
  await mine.getByRole('button', { name: 'See both versions' }).click();
  await both.getByRole('button', { name: 'Keep mine on top of theirs' }).click();
  await save(mine, 'the nightly jobs');
  const { rules } = await stack.rest.call(api.breakers.read, {
    params: { ...PRODUCTION, key: 'written-twice' },
  });
  expect(rules).toMatchObject([
    { id: 'staff', clauses: [{ values: ['staff', 'interns'] }] },
    { id: 'batch', clauses: [{ attribute: 'job', values: ['nightly'] }] },
  ]);
  await theirs.context().close();
});

test('an edit of the rules does not disturb who edits the policy', async ({
  signedIn: page,
  stack,
}) => {
  await stack.createBreaker('undisturbed', mergePolicy(DEFAULT_POLICY, { minCalls: 20 }));
  const path = `${ENVIRONMENT}/breakers/undisturbed`;
  await page.goto(`${breakerPage(stack, 'undisturbed')}/policy`);
  await evidence(page).fill('45');
  await stack.rest.must('PATCH', path, { rules: [rule('staff', 'staff')], reason: 'other' }, 1);
  await expect(page.getByRole('link', { name: 'Rules 1' })).toBeVisible();
  await save(page, 'calmer');
  const saved = await stack.rest.call(api.breakers.read, {
    params: { ...PRODUCTION, key: 'undisturbed' },
  });
  expect([saved.policy.minCalls, saved.rules.length]).toEqual([45, 1]);
});

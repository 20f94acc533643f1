import { expect } from '@playwright/test';
import { expectAccessible } from './accessible.js';
import { ENVIRONMENT } from './rest.js';
import { breakerPage, test } from './stack.js';
import { expectValues, replaceValues } from './value-list.js';

test('a segment is made, named by a rule, and reaches the breaker when it is edited', async ({
  signedIn: page,
  stack,
}) => {
  await stack.createBreaker('segmented');
  await page.goto(`${stack.url}/default/production/segments`);
  await page.getByRole('button', { name: 'New segment' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Key').fill('Staff!');
  await expect(dialog.getByText(/lower-case letters/)).toBeVisible();
  await dialog.getByLabel('Key').fill('staff');
  await dialog.getByLabel('Name').fill('Our own people');
  await dialog.getByLabel('Attribute').fill('email');
  await dialog.getByLabel('Operator').selectOption('matches');
  await replaceValues(dialog, '(@corp');
  await expect(dialog.getByText(/At character 1/)).toBeVisible();
  await replaceValues(dialog, '@corp\\.example$');
  await dialog.getByRole('textbox', { name: /Reason/ }).fill('our people first');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Create segment' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('email matches pattern @corp\\.example$')).toBeVisible();

  await page.goto(`${breakerPage(stack, 'segmented')}/rules`);
  await page.getByRole('button', { name: 'Add rule' }).click();
  await page.getByLabel('Operator').selectOption('in_segment');
  await page.getByRole('button', { name: 'Choose segments' }).click();
  await page.getByPlaceholder('Find a segment…').fill('our own');
  await page.getByRole('option', { name: 'Our own people' }).click();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  const chosen = page.getByRole('group', { name: 'Segments' });
  await expect(chosen.getByRole('link', { name: 'staff' })).toHaveAttribute('href', /#staff$/);
  await page.getByLabel('When').selectOption('always');
  await page.getByRole('button', { name: 'Review and save' }).click();
  await dialog.getByRole('textbox', { name: /Reason/ }).fill('staff first');
  await dialog.getByRole('button', { name: /^Save/ }).click();
  await expect(dialog).toBeHidden();

  await page.getByText('With attributes for rules').click();
  await page.getByLabel('Attributes').fill('email=ada@corp.example');
  await expect(page.getByText('Rule “rule-1” decides.')).toBeVisible();
  await page.getByLabel('Attributes').fill('email=ada@home.example');
  await expect(page.getByText(/is in segment …: does not hold/)).toBeVisible();

  await page.goto(`${stack.url}/default/production/segments`);
  await expect(page.getByRole('link', { name: 'segmented' })).toBeVisible();
  await page.getByRole('button', { name: 'Remove staff' }).click();
  await dialog.getByRole('textbox', { name: /Reason/ }).fill('try');
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(dialog.getByText(/The rules of segmented name "staff"/)).toBeVisible();
});

test('a segment that is not there is told where a rule names it', async ({
  signedIn: page,
  stack,
}) => {
  await stack.createBreaker('misnamed');
  await page.goto(`${breakerPage(stack, 'misnamed')}/rules`);
  await page.getByText('JSON', { exact: true }).click();
  const clauses = [{ attribute: 'segment', operator: 'in_segment', values: ['nobody'] }];
  const rule = { id: 'lost', when: 'always', clauses, effect: { kind: 'admit' } };
  await page.getByLabel('Rules as JSON').fill(JSON.stringify([rule]));
  await page.getByText('Builder', { exact: true }).click();
  await expect(page.getByText('nobody is not there')).toBeVisible();
  await expect(page.getByText('There is no segment "nobody" in this environment.')).toBeVisible();
  await page.getByRole('button', { name: 'Leave out nobody' }).click();
  await expect(page.getByText('nobody is not there')).toBeHidden();
});

test('rules that are not saved yet answer for a context that is typed', async ({
  signedIn: page,
  stack,
}) => {
  await stack.createBreaker('drafted');
  const path = `${ENVIRONMENT}/breakers/drafted`;
  const rule = (plan: string) => ({
    id: 'paying',
    when: 'not_closed',
    clauses: [{ attribute: 'plan', operator: 'in', values: [plan] }],
    effect: { kind: 'admit' },
  });
  await stack.rest.must('PATCH', path, { rules: [rule('pro')], reason: 'paying first' }, 1);
  await page.goto(`${breakerPage(stack, 'drafted')}/rules`);
  const panel = page.getByRole('region', { name: 'Test targeting' });
  await panel.getByLabel('accountId').fill('acct_1');
  await expect(panel.getByText('The breaker is closed: everyone is admitted.')).toBeVisible();
  await panel.getByText('Not closed').click();
  await expect(panel.getByText('Rejected')).toBeVisible();
  await panel.getByText('With attributes for rules').click();
  await panel.getByLabel('Attributes').fill('plan=team');
  await expect(panel.getByText(/is one of …: does not hold \(team\)/)).toBeVisible();
  await expect(panel.getByText('saved', { exact: true })).toBeVisible();

  await replaceValues(page, 'pro, team');
  await expect(panel.getByText('draft', { exact: true })).toBeVisible();
  await expect(panel.getByText('Rule “paying” decides.')).toBeVisible();
  await expect(panel.getByText(/Saving the draft lets it in/)).toBeVisible();
  await expect(panel.getByText('saved does not match')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Discard' }).click();
  await expect(panel.getByText('Rejected')).toBeVisible();
  await expect(panel.getByText('draft', { exact: true })).toBeHidden();
});

test('of two who edit a segment, the second sees what the first has saved', async ({
  signedIn: page,
  stack,
}) => {
  const clauses = [{ attribute: 'plan', operator: 'in', values: ['pro'] }];
  const path = `${ENVIRONMENT}/segments`;
  await stack.rest.must('POST', path, { key: 'paying', clauses, reason: 'test' });
  await page.goto(`${stack.url}/default/production/segments`);
  await page.getByRole('button', { name: 'Edit paying' }).click();
  const dialog = page.getByRole('dialog');
  await replaceValues(dialog, 'pro, team');
  const theirs = [{ attribute: 'plan', operator: 'in', values: ['enterprise'] }];
  await stack.rest.must('PATCH', `${path}/paying`, { clauses: theirs, reason: 'first' }, 1);
  await dialog.getByRole('textbox', { name: /Reason/ }).fill('second');
  await dialog.getByRole('button', { name: 'Save segment' }).click();
  await expect(dialog.getByText('added enterprise; removed pro')).toBeVisible();
  await dialog.getByRole('button', { name: 'Take theirs' }).click();
  await expect(dialog.getByText(/What you had typed is put aside/)).toBeVisible();
  await expectValues(dialog, ['enterprise']);
  await replaceValues(dialog, 'enterprise, team');
  await dialog.getByRole('button', { name: 'Save segment' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('plan is one of enterprise, team')).toBeVisible();
});

test('a file is compared, told by its line what is wrong, and applied', async ({
  signedIn: page,
  stack,
}) => {
  await page.goto(`${stack.url}/default/production/transfer`);
  const text = page.getByLabel('Or paste YAML');
  await text.fill('recloser: 1\nbreakers:\n  from-a-file:\n    colour: red\n');
  await page.getByRole('button', { name: 'Show what would change' }).click();
  await expect(page.getByText('line 4 · breakers.from-a-file')).toBeVisible();
  await text.fill('recloser: 1\nbreakers:\n  from-a-file:\n    owner: payments\n');
  await page.getByRole('button', { name: 'Show what would change' }).click();
  await page.locator('summary', { hasText: 'from-a-file' }).click();
  await expect(page.getByText('payments', { exact: true })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('textbox', { name: /Reason/ }).fill('from the repository');
  await page.getByRole('button', { name: 'Apply to 1 item' }).click();
  await expect(page.getByText(/Done: 1 item written/)).toBeVisible();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download YAML' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('recloser-default-production.yaml');
  await page.goto(breakerPage(stack, 'from-a-file'));
  await expect(page.getByRole('heading', { name: 'from-a-file' })).toBeVisible();
});

test('a policy is tried on the past before it is saved', async ({ signedIn: page, stack }) => {
  await stack.createBreaker('tried');
  await page.goto(`${breakerPage(stack, 'tried')}/policy`);
  await page.getByRole('button', { name: 'Run backtest' }).click();
  await expect(page.getByText(/No calls were counted in this time/)).toBeVisible();
});

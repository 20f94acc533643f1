// @vitest-environment happy-dom
import { ADMISSION_ALL, type Rule } from '@recloser/core';
import type { BreakerDetail } from '@recloser/protocol';
import { cleanup, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { breakerIn, CLOSED, OPEN } from '@/features/breaker/breaker.fixture';
import { type EnvironmentOptions, renderInEnvironment } from '@/testing/environment.fixture';
import type { ActionName } from '../action-catalogue';
import { useAsk } from '../action-provider';

afterEach(cleanup);

const STAFF: Rule = {
  id: 'r1',
  when: 'always',
  clauses: [{ attribute: 'plan', operator: 'in', values: ['staff'] }],
  effect: { kind: 'admission', admission: ADMISSION_ALL },
};

function Asker({ breaker, action }: { readonly breaker: string; readonly action: ActionName }) {
  const ask = useAsk();
  return <button onClick={() => ask({ breaker, action })}>ask</button>;
}

async function open(breaker: BreakerDetail, action: ActionName, options: EnvironmentOptions = {}) {
  const asker = <Asker breaker={breaker.key} action={action} />;
  const view = renderInEnvironment(asker, breaker, options);
  await view.user.click(screen.getByRole('button', { name: 'ask' }));
  const dialog = within(await screen.findByRole('dialog'));
  return { ...view, dialog, reason: await dialog.findByRole('textbox', { name: 'Reason' }) };
}

const BASE = '/v1/projects/default/environments/production/breakers/stripe';

describe('the dialog of an action', () => {
  it('sends nothing without a reason, and spaces are none', async () => {
    const { dialog, reason, user, sent } = await open(breakerIn(CLOSED), 'trip');
    const send = dialog.getByRole('button', { name: 'Open' });
    expect(send).toHaveProperty('disabled', true);
    await user.type(reason, '   ');
    expect(send).toHaveProperty('disabled', true);
    await user.type(reason, '{Control>}{Enter}{/Control}');
    expect(sent).toEqual([]);
  });

  it('sends the reason, the version that was shown and the choices', async () => {
    const breaker = breakerIn(CLOSED, { mode: 'auto' }, { rules: [STAFF] });
    const { dialog, reason, user, sent } = await open(breaker, 'trip');
    await user.click(dialog.getByRole('radio', { name: 'Calls that rules admit' }));
    await user.type(reason, '  Provider incident 4711 ');
    await user.click(dialog.getByRole('button', { name: 'Open' }));
    expect(sent).toEqual([
      {
        method: 'POST',
        path: `${BASE}/trip`,
        body: {
          reason: 'Provider incident 4711',
          expectedVersion: 4,
          keepsRules: true,
        },
      },
    ]);
  });

  it('says what still passes only where a rule admits somebody', async () => {
    const { dialog } = await open(breakerIn(CLOSED), 'trip');
    expect(dialog.queryByText('Still passes')).toBeNull();
  });

  it('holds what is open already', async () => {
    const { dialog } = await open(breakerIn(OPEN), 'trip');
    expect(dialog.getByRole('heading').textContent).toContain('Hold open');
    expect(dialog.getByRole('button', { name: 'Hold open' })).toBeTruthy();
  });

  it('takes a suggested reason', async () => {
    const { dialog, reason, user } = await open(breakerIn(CLOSED), 'trip');
    await user.click(dialog.getByRole('button', { name: 'Drill' }));
    expect(reason).toHaveProperty('value', 'Drill');
    expect(dialog.getByRole('button', { name: 'Open' })).toHaveProperty('disabled', false);
  });

  it('stays with what was typed when the API refuses, and says why', async () => {
    const refusal = {
      type: 'urn:recloser:error:version_conflict',
      title: 'Somebody was first',
      status: 409,
      code: 'version_conflict',
      detail: 'Bob opened it a moment ago.',
    };
    const { dialog, reason, user, sent } = await open(breakerIn(CLOSED), 'trip', {
      answer: ({ method }) =>
        method === 'GET'
          ? { status: 200, body: breakerIn(CLOSED) }
          : { status: 409, body: refusal },
    });
    await user.type(reason, 'Drill');
    await user.click(dialog.getByRole('button', { name: 'Open' }));
    expect(await dialog.findByText(/Bob opened it a moment ago/)).toBeTruthy();
    expect(sent).toHaveLength(1);
    expect(reason).toHaveProperty('value', 'Drill');
    expect(dialog.getByRole('button', { name: 'Open' })).toHaveProperty('disabled', false);
  });
});

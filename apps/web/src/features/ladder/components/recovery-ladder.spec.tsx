// @vitest-environment happy-dom
import { ADMISSION_SIXTEENTH, type BreakerState } from '@recloser/core';
import { cleanup, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { breakerIn, CLOSED, OPEN, PROBING, ramping } from '@/features/breaker/breaker.fixture';
import { renderInEnvironment } from '@/testing/environment.fixture';
import { RecoveryLadder } from './recovery-ladder';

afterEach(cleanup);

const DIMMED: BreakerState = { kind: 'dimmed', since: 0, admission: ADMISSION_SIXTEENTH };

/** Steps as a screen reader reads them. */
const steps = () =>
  within(screen.getByRole('list', { name: 'Recovery ladder' }))
    .getAllByRole('listitem')
    .map((step) => step.textContent);

const controls = () =>
  within(screen.getByRole('group', { name: 'Steer the recovery' })).getAllByRole('button');

describe('the recovery ladder', () => {
  it.each([
    ['closed', CLOSED, 'Closed', ['Dim', 'Set admission']],
    ['open', OPEN, 'Open', ['Start the ramp', 'Set admission', 'Finish']],
    ['probing', PROBING, 'Probe', ['Start the ramp', 'Set admission', 'Finish', 'Abort']],
    ['ramping', ramping(), '12.5%', ['Step back', 'Next step', 'Set admission', 'Finish', 'Abort']],
    ['dimmed', DIMMED, '6.25%', ['Dim', 'Start the ramp', 'Set admission', 'Finish']],
  ])('of a %s breaker marks one step and offers what fits', (_state, state, marked, offered) => {
    renderInEnvironment(<RecoveryLadder breaker={breakerIn(state)} />, breakerIn(state));
    const current = screen
      .getAllByRole('listitem')
      .filter((item) => item.getAttribute('aria-current') === 'step');
    expect(current.map((item) => item.textContent)).toEqual([expect.stringContaining(marked)]);
    expect(controls().map((button) => button.textContent)).toEqual(offered);
  });

  it('says of each step whether it is passed, now or ahead', () => {
    const breaker = breakerIn(ramping({ step: 1 }));
    renderInEnvironment(<RecoveryLadder breaker={breaker} />, breaker);
    expect(steps().map((step) => step.match(/(?<=, )(passed|now|ahead)$/)?.[0])).toEqual([
      'passed',
      'passed',
      'passed',
      'now',
      'ahead',
      'ahead',
      'ahead',
    ]);
  });

  it('refuses a viewer and says whom to ask', async () => {
    const breaker = breakerIn(ramping());
    const { user, sent } = renderInEnvironment(<RecoveryLadder breaker={breaker} />, breaker, {
      role: 'viewer',
    });
    for (const button of controls()) {
      expect(button.getAttribute('aria-disabled')).toBe('true');
      await user.click(button);
    }
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(sent).toEqual([]);
    await user.hover(controls()[0]!);
    expect((await screen.findAllByText(/Ask an admin/)).length).toBeGreaterThan(0);
  });

  it('asks for a reason before it steps on', async () => {
    const breaker = breakerIn(ramping());
    const { user, sent } = renderInEnvironment(<RecoveryLadder breaker={breaker} />, breaker);
    await user.click(screen.getByRole('button', { name: 'Next step' }));
    const dialog = await screen.findByRole('dialog');
    expect(await within(dialog).findByRole('textbox', { name: 'Reason' })).toBe(
      document.activeElement,
    );
    expect(sent).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { describePending, type PendingAction } from './pending';

const action = (progress: PendingAction['progress']): PendingAction => ({
  id: 1,
  breaker: 'stripe',
  doing: 'Opening',
  did: 'Opened',
  progress,
});
const convergence = (seq: number, applied: number, connected = 20) => ({
  seq,
  applied,
  connected,
  behind: [],
});

describe('describePending', () => {
  it('claims nothing before the commit', () => {
    expect(describePending(action({ stage: 'sent' }), convergence(99, 20))).toEqual({
      words: 'sent',
      applied: null,
      done: false,
    });
  });

  it('says that nothing was sent while the session has ended', () => {
    const words = (progress: PendingAction['progress']) =>
      describePending(action(progress), null, true).words;
    expect(words({ stage: 'sent' })).toBe('waiting for you to sign in');
    expect(words({ stage: 'committed', seq: 1 })).toBe('committed');
  });

  it('counts applied only from a report about this change or a later one', () => {
    const committed = action({ stage: 'committed', seq: 7 });
    expect(describePending(committed, convergence(6, 20)).words).toBe('committed');
    expect(describePending(committed, convergence(7, 17)).words).toBe('committed · 17/20 applied');
    expect(describePending(committed, convergence(8, 20))).toMatchObject({
      words: '20/20 applied',
      done: true,
    });
  });

  it('is done when nobody is there to apply it, and says so', () => {
    const view = describePending(action({ stage: 'committed', seq: 1 }), convergence(1, 0, 0));
    expect(view).toMatchObject({ words: 'committed · no instance is connected', done: true });
  });

  it('keeps a refusal in sight with its message', () => {
    const view = describePending(
      action({ stage: 'refused', message: 'Someone else was first.' }),
      null,
    );
    expect(view).toMatchObject({ words: 'Someone else was first.', done: false });
  });
});

import { describe, expect, it } from 'vitest';
import { describePending, type PendingAction, withCommitted } from './pending';

const action = (progress: PendingAction['progress']): PendingAction => ({
  id: 1,
  breaker: 'stripe',
  part: '',
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

describe('withCommitted', () => {
  const undo = () => undefined;
  const sent = (id: number, breaker: string, part = ''): PendingAction => ({
    ...action({ stage: 'sent' }),
    id,
    breaker,
    part,
    undo,
  });
  const undoable = (all: readonly PendingAction[]) =>
    all.filter((one) => one.undo !== undefined).map(({ id }) => id);

  it('takes back the offer to undo what the same breaker has left behind', () => {
    const all = [sent(1, 'stripe'), sent(2, 'search'), sent(3, 'stripe')];
    const next = withCommitted(all, 3, 9);
    expect(undoable(next)).toEqual([2, 3]);
    expect(next[2]?.progress).toEqual({ stage: 'committed', seq: 9 });
  });

  it('leaves parts alone that were not moved, and none when the whole is', () => {
    const all = [sent(1, 'stripe', ' eu'), sent(2, 'stripe', ' us'), sent(3, 'stripe', ' eu')];
    expect(undoable(withCommitted(all, 3, 9))).toEqual([2, 3]);
    expect(undoable(withCommitted([...all, sent(4, 'stripe')], 4, 9))).toEqual([4]);
  });
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

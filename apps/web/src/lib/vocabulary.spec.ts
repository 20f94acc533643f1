import { MODES, STATE_KINDS } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import {
  actionWord,
  inPart,
  needsAttention,
  partsWord,
  stateSummaryWords,
  stateWord,
  toneOf,
  troubledParts,
  troubleRank,
} from './vocabulary';

describe('tones', () => {
  it('colours a state by what it does to traffic', () => {
    expect(STATE_KINDS.map((state) => toneOf({ state, mode: 'auto' }))).toEqual([
      'closed',
      'open',
      'half',
      'half',
      'half',
    ]);
  });

  it('is grey in observe, whatever the state', () => {
    for (const state of STATE_KINDS) expect(toneOf({ state, mode: 'observe' })).toBe('observe');
  });
});

describe('order', () => {
  it('puts what rejects most on top and what blocks nothing last', () => {
    const all = STATE_KINDS.flatMap((state) => MODES.map((mode) => ({ state, mode })));
    const sorted = all.toSorted((a, b) => troubleRank(a) - troubleRank(b));
    expect(sorted[0]?.state).toBe('open');
    expect(sorted.at(-1)).toEqual({ state: 'closed', mode: 'observe' });
    const firstHealthy = sorted.findIndex((one) => one.state === 'closed');
    expect(sorted.slice(firstHealthy).some(needsAttention)).toBe(false);
  });
});

describe('parts of the fleet', () => {
  const open = { state: 'open', mode: 'auto' } as const;
  const ramping = { state: 'ramping', mode: 'auto' } as const;
  const spared = { state: 'closed', mode: 'held' } as const;
  const closed = { state: 'closed', mode: 'auto' } as const;

  it('need attention in a breaker that lets the rest through, after those that block as a whole', () => {
    const partly = { ...closed, scopes: [ramping, open] };
    expect(needsAttention(partly)).toBe(true);
    expect(inPart(partly)).toBe(true);
    expect(inPart({ ...ramping, scopes: [open] })).toBe(false);
    expect(troubleRank(partly)).toBeGreaterThan(troubleRank({ state: 'dimmed', mode: 'auto' }));
    expect(troubleRank(partly)).toBeLessThan(troubleRank({ state: 'open', mode: 'observe' }));
    expect(needsAttention({ ...closed, scopes: [spared] })).toBe(false);
  });

  it('are told by number and state, the worst first', () => {
    expect(troubledParts([ramping, spared, open])).toEqual([open, ramping]);
    expect(partsWord([ramping, open, spared, open])).toBe('2 parts open, 1 ramping');
    expect(partsWord([ramping])).toBe('1 part ramping');
    expect(stateSummaryWords({ ...closed, scopes: [open] })).toBe('Closed, 1 part open');
    expect(stateSummaryWords({ ...ramping, scopes: [open] })).toBe('Ramping');
    expect(partsWord([spared])).toBe('');
  });
});

describe('words', () => {
  it('says what observe would have done', () => {
    expect(stateWord({ state: 'open', mode: 'observe' })).toBe('Would be open');
    expect(stateWord({ state: 'closed', mode: 'observe' })).toBe('Observing');
    const tripped = { state: 'closed', mode: 'observe', cause: 'would_have_tripped' } as const;
    expect(stateWord(tripped)).toBe('Would have tripped');
    expect(troubleRank(tripped)).toBeLessThan(troubleRank({ state: 'closed', mode: 'auto' }));
  });

  it('reads any action', () => {
    expect(actionWord('ramp.next')).toBe('Next step by hand');
    expect(actionWord('transition.fast_window')).toBe('Fast window tripped');
    expect(actionWord('something.quite_new')).toBe('Something quite new');
  });
});

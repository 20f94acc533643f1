import { DEFAULT_CORRELATED } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { correlatedDraftOf, correlatedOf, correlatedProblems } from './correlated-draft';

describe('the draft of correlated openings', () => {
  it.each([
    DEFAULT_CORRELATED,
    { breakers: null, share: 0, waitMs: 250 },
    { breakers: 10_000, share: 0.333, waitMs: 1_500 },
  ])('keeps %o', (settings) => {
    expect(correlatedOf(correlatedDraftOf(settings))).toEqual(settings);
    expect(correlatedProblems(correlatedDraftOf(settings))).toEqual({});
  });

  it.each([
    ['breakers', '1'],
    ['breakers', 'many'],
    ['share', '101'],
    ['share', ''],
    ['wait', '0'],
    ['wait', '31'],
  ] as const)('says what is wrong with %s "%s"', (field, text) => {
    const draft = { ...correlatedDraftOf(DEFAULT_CORRELATED), [field]: text };
    expect(Object.keys(correlatedProblems(draft))).toEqual([field]);
  });
});

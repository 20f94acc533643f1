import { describe, expect, it } from 'vitest';
import { clearChoice } from './clear-choice';

const named = (...names: string[]) => names.map((name) => ({ name }));

describe('clearChoice', () => {
  it('takes what alone was found, once all is known', () => {
    expect(clearChoice('str', named('stripe'), true)).toEqual({ name: 'stripe' });
    expect(clearChoice('str', named('stripe'), false)).toBeNull();
  });

  it('takes the first by its whole name, whatever else begins with it', () => {
    const choices = named('Open stripe', 'Open stripe-eu');
    expect(clearChoice(' open  stripe', choices, true)).toEqual({ name: 'Open stripe' });
    expect(clearChoice('open stripe', choices, false)).toEqual({ name: 'Open stripe' });
    expect(clearChoice('open str', choices, true)).toBeNull();
  });

  it('takes nothing but the first: the same keys do the same, however slow the machine', () => {
    expect(clearChoice('stripe', named('Open stripe', 'stripe'), true)).toBeNull();
  });

  it('takes nothing where two have the name, nothing was found or nothing was typed', () => {
    expect(clearChoice('audit', named('audit', 'Audit'), true)).toBeNull();
    expect(clearChoice('audit', [], true)).toBeNull();
    expect(clearChoice('  ', named('audit'), true)).toBeNull();
  });
});

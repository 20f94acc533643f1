import { DEFAULT_POLICY, type Policy, validatePolicy } from '@recloser/core';
import { describe, expect, it } from 'vitest';
import { advancedGroups, essentialFields, isEssential } from './essentials';
import { POLICY_FIELDS, POLICY_GROUPS } from './policy-fields';
import { policySentence } from './policy-sentence';
import { presetOf, presetPolicy, PRESETS } from './presets';

const OWN: Policy = {
  ...DEFAULT_POLICY,
  recovery: { ...DEFAULT_POLICY.recovery, maxRps: 40 },
  call: { ...DEFAULT_POLICY.call, timeoutMs: 800 },
};

describe('presets', () => {
  it.each(PRESETS.map((preset) => [preset.name, preset] as const))(
    '%s is a policy that can be saved, and is recognised',
    (name, preset) => {
      const policy = presetPolicy(preset, OWN);
      expect(validatePolicy(policy)).toEqual([]);
      expect(presetOf(policy)?.name).toBe(name);
      expect(policy).toMatchObject({ call: { timeoutMs: 800 }, recovery: { maxRps: 40 } });
    },
  );

  it('are none of a policy of its own', () => {
    expect(presetOf({ ...OWN, quorum: 0.123 })).toBeNull();
  });
});

it('shows every setting once: the essential ones open, all else behind "Advanced"', () => {
  const open = essentialFields(POLICY_GROUPS).map(({ path }) => path);
  const folded = advancedGroups(POLICY_GROUPS).flatMap(({ fields }) =>
    fields.map(({ path }) => path),
  );
  expect([...open, ...folded].toSorted()).toEqual(POLICY_FIELDS.map(({ path }) => path).toSorted());
  expect(open.every(isEssential)).toBe(true);
  expect(open.length).toBeLessThanOrEqual(12);
  const labels = essentialFields(POLICY_GROUPS).map(({ label }) => label);
  expect(new Set(labels).size).toBe(labels.length);
});

it('sums a policy up in words with its figures', () => {
  const words = policySentence(OWN);
  expect(words).toMatch(
    /^Opens when .+\. Then waits .+, tests with 3 probe calls for the whole fleet/,
  );
  expect(words).toContain('6.25% → 12.5% → 25% → 50% → 100%');
});

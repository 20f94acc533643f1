import { DEFAULT_POLICY, mergePolicy, type Policy, type PolicyPatch } from '@recloser/core';

export interface PolicyPreset {
  readonly name: string;
  /** For which dependency it is. */
  readonly about: string;
  readonly patch: PolicyPatch;
}

/** Each is the default policy with a few settings changed. */
export const PRESETS: readonly PolicyPreset[] = [
  { name: 'Default', about: 'Most dependencies.', patch: {} },
  {
    name: 'Cold start',
    about: 'Slow after an outage: empty caches, few connections.',
    patch: {
      recovery: {
        coldSensitive: true,
        dwellPerOutage: 1,
        dwellMinMs: 5_000,
        dwellMaxMs: 120_000,
        minCalls: 50,
      },
    },
  },
  {
    name: 'Rare calls',
    about: 'Less than a call a second: also opens after five failures in a row.',
    patch: {
      consecutive: { failures: 5, instances: 1, withinMs: 60_000 },
      recovery: { lowTrafficMaxMs: 30_000 },
    },
  },
  {
    name: 'Careful return',
    about: 'Payments and the like: no step passes without evidence, a failed one opens.',
    patch: {
      recovery: { recoveryRate: 0.05, onLowTraffic: 'hold', onStepFailure: 'open', minCalls: 50 },
    },
  },
];

/** The preset as a policy. What belongs to this dependency stays: settings of its calls, and its check. */
export function presetPolicy({ patch }: PolicyPreset, present: Policy): Policy {
  const policy = mergePolicy(DEFAULT_POLICY, patch);
  const { probe, cohort, maxRps } = present.recovery;
  return {
    ...present,
    ...policy,
    recovery: { ...policy.recovery, probe, cohort, maxRps },
    call: present.call,
  };
}

/** The preset that a policy is, as far as presets say anything; null: one of its own. */
export function presetOf(policy: Policy): PolicyPreset | null {
  const told = JSON.stringify(policy);
  return PRESETS.find((preset) => JSON.stringify(presetPolicy(preset, policy)) === told) ?? null;
}

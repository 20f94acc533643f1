import { DEFAULT_POLICY, type Policy } from '@recloser/core';

/** Everything as by default, but over in moments. */
export const HASTY_POLICY: Policy = {
  ...DEFAULT_POLICY,
  recovery: {
    ...DEFAULT_POLICY.recovery,
    coolDownMs: 250,
    coolDownMaxMs: 500,
    dwellMinMs: 250,
    dwellMaxMs: 250,
    minCalls: 4,
  },
};

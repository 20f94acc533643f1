import type { AuditEntry } from '@recloser/protocol';
import { expect, it } from 'vitest';
import { incidentText } from './incident.js';

const entry = (more: Partial<AuditEntry>): AuditEntry => ({
  ...{ id: 'e', chain: 'c', chainSeq: 1, environmentId: 'v', breaker: 'stripe', seq: 1 },
  ...{ at: 1_800_000_000_000, reason: '', before: null, after: null, evidence: null },
  ...{ outageId: null, outageStartedAt: null, hash: '', prevHash: '' },
  actor: { kind: 'system', id: null, name: 'Recloser' },
  action: 'transition.excess_failures',
  ...more,
});

it('says what happened, in a table that no text breaks', () => {
  const point = { at: 0, ok: 90, failures: 10, slow: 0, timeouts: 0, stalled: 0, rejected: 5 };
  const text = incidentText({
    key: 'stripe',
    place: 'default/production',
    from: 1_800_000_000_000,
    to: 1_800_003_600_000,
    series: {
      stepMs: 1_000,
      points: [{ ...point, throttled: 0, localLag: 0 }],
      transitions: [],
    },
    entries: [
      entry({
        after: { state: { kind: 'open', since: 0 }, admission: 0 },
        foldedRounds: { count: 48, firstAt: 0, lastAt: 1 },
      }),
      entry({ action: 'breaker.edit', after: { owner: 'x' }, reason: 'a | b\n*c*' }),
    ],
  });
  expect(text).toBe(`# Incident: stripe in default/production

2027-01-15T08:00:00.000Z to 2027-01-15T09:00:00.000Z (1 h)

100 calls made, 10 failed (10.0%), 5 rejected.

## Timeline

| UTC | What | State (admission) | Who | Why |
| --- | --- | --- | --- | --- |
| 2027-01-15T08:00:00.000Z | transition.excess\\_failures | open (0%) | Recloser |  Then 48 failed probe rounds. |
| 2027-01-15T08:00:00.000Z | breaker.edit |  | Recloser | “a \\| b \\*c\\*” |`);
});

import { ADMISSION_ALL } from '@recloser/core';
import type { AuditEntry, Series } from '@recloser/protocol';
import { describe, expect, it } from 'vitest';
import { type Incident, incidentReport, notClosedMs } from './incident-report';

const START = Date.UTC(2026, 2, 14, 2, 14, 0);
const entry = (
  chainSeq: number,
  afterS: number,
  state: string,
  changes: Partial<AuditEntry> = {},
): AuditEntry => ({
  id: `e${chainSeq}`,
  chain: 'env',
  chainSeq,
  environmentId: 'env',
  breaker: 'stripe',
  at: START + afterS * 1_000,
  actor: { kind: 'system', id: null, name: 'Recloser' },
  action: 'transition.fast_window',
  reason: '',
  seq: chainSeq,
  before: { state: 'closed' },
  after: { state, admission: state === 'closed' ? ADMISSION_ALL : 0 },
  evidence: null,
  outageId: null,
  outageStartedAt: null,
  hash: '',
  prevHash: '',
  ...changes,
});
const point = { rejected: 0, slow: 0, timeouts: 0, stalled: 0, throttled: 0, localLag: 0 };
const series: Series = {
  stepMs: 1_000,
  points: [
    { ...point, at: START, ok: 90, failures: 10 },
    { ...point, at: START + 1_000, ok: 0, failures: 100, rejected: 1_234 },
  ],
  transitions: [],
};
const incident: Incident = {
  breaker: { key: 'stripe', owner: 'payments', tags: ['tier-1'] },
  environment: 'production',
  entries: [
    entry(3, 130, 'closed', { before: { state: 'ramping' }, action: 'transition.step_passed' }),
    entry(1, 10, 'open', {
      outageId: 'stripe@1',
      foldedRounds: { count: 48, firstAt: START + 11_000, lastAt: START + 59_000 },
    }),
    entry(2, 60, 'ramping', {
      before: { state: 'open' },
      action: 'ramp.next',
      reason: 'a | b <script>',
      actor: { kind: 'user', id: 'u', name: 'Ada' },
    }),
  ],
  series,
  latencyBefore: null,
  from: START,
  to: START + 600_000,
  link: 'https://recloser.example/x',
};

describe('incidentReport', () => {
  const text = incidentReport(incident);

  it('says how long, how bad and how much was kept away', () => {
    expect(text).toContain('# Incident: stripe in production');
    expect(text).toContain('14 Mar 2026, 02:14:00 UTC to 14 Mar 2026, 02:24:00 UTC (10 m)');
    expect(text).toContain('Not closed for 2 m, 1 outage, 48 failed probe rounds');
    expect(text).toContain('200 calls made, 110 failed (55%)');
    expect(text).toContain('1,234 calls rejected');
    expect(text).toContain('Worst 1 s: 100% failed');
  });

  it('says how long calls took, then and before, where it is known', () => {
    expect(text).not.toContain('latency');
    const figures = (p95: number) => ({ samples: 9, p50: 40, p95, p99: 5_000, max: 6_000 });
    const told = { ...incident, series: { ...series, latency: figures(2_345) } };
    expect(incidentReport(told)).toContain('- P95 of latency 2.3 s, P50 40 ms, P99 5 s');
    const compared = incidentReport({ ...told, latencyBefore: figures(61) });
    expect(compared).toContain('- P95 of latency 2.3 s (before: 61 ms), P50');
  });

  it('tells the events in order, in a table that nothing breaks', () => {
    const rows = text.split('\n').filter((line) => line.startsWith('| 02:'));
    expect(rows.map((row) => row.slice(2, 10))).toEqual(['02:14:10', '02:15:00', '02:16:10']);
    expect(rows[1]).toContain(String.raw`“a \| b \<script\>”`);
    expect(rows[1]).toContain('Ada');
  });

  it('says so when nothing is on the record', () => {
    const empty = incidentReport({ ...incident, entries: [], series: { ...series, points: [] } });
    expect(empty).toContain('Nothing is on the record');
    expect(empty).toContain('0 calls made, 0 failed (–)');
  });
});

describe('notClosedMs', () => {
  it('leaves out what only a part of the fleet did', () => {
    const scope = { kind: 'zone', value: 'eu-1a' } as const;
    const evidence = {
      cause: 'command',
      summary: '',
      window: null,
      probe: null,
      acks: null,
    } as const;
    const part = entry(1, 60, 'open', { evidence: { ...evidence, scope } });
    expect(notClosedMs({ entries: [part], from: START, to: START + 90_000 })).toBe(0);
    expect(incidentReport({ ...incident, entries: [part] })).toContain('| zone eu-1a: Open (0%) |');
  });

  it('counts from the beginning and to the end when the incident goes beyond them', () => {
    const open = entry(1, 60, 'probing', { before: { state: 'open' } });
    expect(notClosedMs({ entries: [open], from: START, to: START + 90_000 })).toBe(90_000);
    expect(notClosedMs({ entries: [], from: START, to: START + 90_000 })).toBe(0);
  });
});

import {
  BUCKET_MS,
  type BucketCounts,
  decide,
  DEFAULT_POLICY,
  EMPTY_COUNTS,
  EXCESS_REACH_MS,
  INSTANCE_WINDOWS_MS,
  initialState,
  isSuspicious,
  type BreakerRecord,
  type Evidence,
  type InstanceCounts,
  type WindowEvidence,
} from '@recloser/core';
import { median } from '../bench.js';

const DECISIONS = 2_000;
const ROUNDS = 21;
const NOW = 1_000_000;

/** What the pure decision takes for one breaker (µs): of healthy calls, and of those that open it. */
export function decisionMicros(instances: number): Record<string, number> {
  const record: BreakerRecord = {
    key: 'stripe',
    version: 1,
    state: initialState(0),
    control: { mode: 'auto' },
    policy: DEFAULT_POLICY,
  };
  const timeOf = (evidence: Evidence): number => {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const start = performance.now();
      for (let i = 0; i < DECISIONS; i += 1) decide(record, evidence, NOW, 0.5);
      times.push(((performance.now() - start) / DECISIONS) * 1_000);
    }
    return Math.round(median(times) * 100) / 100;
  };
  return {
    'decide, healthy, µs': timeOf(evidenceOf(instances, 0.02)),
    'decide, opens, µs': timeOf(evidenceOf(instances, 0.9)),
  };
}

function evidenceOf(instances: number, failureRate: number): Evidence {
  const acks = { connected: instances, applied: instances, behind: [] };
  const windows = INSTANCE_WINDOWS_MS.map((ms) => windowOf(instances, failureRate, ms));
  const policy = DEFAULT_POLICY;
  const isLookedAt = isSuspicious(policy, windows[0]);
  return {
    windows: isLookedAt ? windows : windows.slice(0, 1),
    buckets: isLookedAt ? bucketsOf(instances, failureRate) : null,
    step: null,
    probe: null,
    acks,
  };
}

function bucketsOf(instances: number, failureRate: number): BucketCounts[] {
  const calls = instances * 5;
  const failures = Math.round(calls * failureRate);
  return Array.from({ length: EXCESS_REACH_MS / BUCKET_MS }, (_, i) => ({
    at: NOW - EXCESS_REACH_MS + i * BUCKET_MS,
    ms: BUCKET_MS,
    calls,
    failures,
    slow: 0,
    localLag: 0,
  }));
}

function windowOf(instances: number, failureRate: number, lengthMs: number): WindowEvidence {
  const each = lengthMs / 50;
  const failures = Math.round(each * failureRate);
  const heaviest = Array.from({ length: 32 }, (_, i): InstanceCounts => {
    return { instanceId: `i${i}`, service: 'checkout', zone: 'a', calls: each, failures };
  });
  return {
    lengthMs,
    counts: {
      ...EMPTY_COUNTS,
      ok: (each - failures) * instances,
      failures: failures * instances,
    },
    failingBuckets: 8,
    reporting: instances,
    failing: failureRate > 0.5 ? instances : 0,
    heaviest,
    firstFailureAt: NOW - lengthMs,
    lastFailureAt: NOW,
  };
}

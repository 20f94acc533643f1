import { checkName, type ProbeCheck } from '@recloser/core';
import type { Change } from '../breaker/components/changes';

/** Who answers the probes, as text fields. */
export interface ProbeDraft {
  readonly kind: 'calls' | ProbeCheck['kind'];
  readonly url: string;
  readonly method: Extract<ProbeCheck, { kind: 'http' }>['method'];
  readonly expectStatus: string;
  readonly maxLatencyMs: string;
  readonly host: string;
  readonly port: string;
  readonly timeoutMs: string;
}

const USUAL: ProbeDraft = {
  kind: 'calls',
  url: '',
  method: 'GET',
  expectStatus: '200',
  maxLatencyMs: '',
  host: '',
  port: '',
  timeoutMs: '1000',
};

export function probeDraftOf(check: ProbeCheck | null): ProbeDraft {
  if (check === null) return USUAL;
  const timeoutMs = String(check.timeoutMs);
  return check.kind === 'http'
    ? {
        ...USUAL,
        kind: 'http',
        url: check.url,
        method: check.method,
        expectStatus: String(check.expectStatus),
        maxLatencyMs: check.maxLatencyMs === null ? '' : String(check.maxLatencyMs),
        timeoutMs,
      }
    : { ...USUAL, kind: 'tcp', host: check.host, port: String(check.port), timeoutMs };
}

/** The check that a draft stands for; numbers that are none are NaN and do not validate. */
export function checkOf(draft: ProbeDraft): ProbeCheck | null {
  const read = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));
  const timeoutMs = read(draft.timeoutMs);
  switch (draft.kind) {
    case 'calls':
      return null;
    case 'tcp':
      return { kind: 'tcp', host: draft.host.trim(), port: read(draft.port), timeoutMs };
    case 'http':
      return {
        kind: 'http',
        url: draft.url.trim(),
        method: draft.method,
        expectStatus: read(draft.expectStatus),
        maxLatencyMs: draft.maxLatencyMs.trim() === '' ? null : read(draft.maxLatencyMs),
        timeoutMs,
      };
  }
}

/** What differs between two checks, in words. */
export function probeChange(before: ProbeCheck | null, after: ProbeCheck | null): Change[] {
  const [was, is] = [checkWords(before), checkWords(after)];
  return was === is ? [] : [{ label: 'Probed by', before: was, after: is }];
}

/** Who answers the probes, in words. */
export function checkWords(check: ProbeCheck | null): string {
  if (check === null) return 'calls of instances';
  const name = `${checkName(check)} within ${check.timeoutMs} ms`;
  if (check.kind === 'tcp') return name;
  const latency = check.maxLatencyMs === null ? '' : `, at most ${check.maxLatencyMs} ms`;
  return `${name}, ${check.expectStatus}${latency}`;
}

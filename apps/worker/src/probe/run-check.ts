import type { ProbeCheck } from '@recloser/core';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { withDeadline, wordsOf } from '../outbound/deadline.js';
import type { TargetGuard } from '../outbound/target-guard.js';

export interface CheckResult {
  readonly ok: boolean;
  /** In words: "503 instead of 200", "no answer within 1000 ms". */
  readonly why: string;
  readonly tookMs: number;
}

/** Makes one check. Never rejects: whatever goes wrong is an answer. */
export async function runCheck(check: ProbeCheck, guard: TargetGuard): Promise<CheckResult> {
  const startedAt = performance.now();
  const took = () => Math.round(performance.now() - startedAt);
  try {
    const why =
      check.kind === 'http' ? await checkHttp(check, guard, took) : await checkTcp(check, guard);
    return { ok: why === null, why: why ?? 'as expected', tookMs: took() };
  } catch (error) {
    const lapsed = error instanceof Error && error.name === 'TimeoutError';
    const why = lapsed ? `no answer within ${check.timeoutMs} ms` : wordsOf(error);
    return { ok: false, why, tookMs: took() };
  }
}

/** Null: as expected. Only the head of the answer is read, and a redirect is an answer like any other. */
function checkHttp(
  check: Extract<ProbeCheck, { kind: 'http' }>,
  guard: TargetGuard,
  took: () => number,
): Promise<string | null> {
  const url = new URL(check.url);
  guard.refuseAddress(url.hostname.replace(/^\[|\]$/g, ''));
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return withDeadline(check.timeoutMs, (signal, settle) => {
    const sent = request(url, {
      method: check.method,
      // A connection of its own: what is checked is whether one can be had.
      agent: false,
      lookup: guard.lookup,
      signal,
      headers: { accept: '*/*', 'user-agent': 'recloser-probe' },
    });
    sent.on('error', settle.reject);
    sent.on('response', (response) => {
      const { statusCode } = response;
      response.destroy();
      settle.resolve(judge(check, statusCode ?? 0, took()));
    });
    sent.end();
  });
}

function judge(
  { expectStatus, maxLatencyMs }: Extract<ProbeCheck, { kind: 'http' }>,
  status: number,
  tookMs: number,
): string | null {
  if (status !== expectStatus) return `${status} instead of ${expectStatus}`;
  return maxLatencyMs !== null && tookMs > maxLatencyMs
    ? `${tookMs} ms instead of ${maxLatencyMs} ms at most`
    : null;
}

function checkTcp(
  { host, port, timeoutMs }: Extract<ProbeCheck, { kind: 'tcp' }>,
  guard: TargetGuard,
): Promise<string | null> {
  guard.refuseAddress(host.replace(/^\[|\]$/g, ''));
  return withDeadline(timeoutMs, (signal, settle) => {
    const socket = connect({ host, port, lookup: guard.lookup });
    signal.addEventListener('abort', () => socket.destroy());
    socket.on('error', settle.reject);
    socket.on('connect', () => {
      socket.destroy();
      settle.resolve(null);
    });
  });
}

import type { ProbeCheck } from '@recloser/core';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import type { TargetGuard } from './target-guard.js';

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

interface Settle {
  readonly resolve: (why: string | null) => void;
  readonly reject: (error: unknown) => void;
}

/** Rejects with a TimeoutError, whatever the work does; the signal ends it then. */
function withDeadline(
  timeoutMs: number,
  work: (signal: AbortSignal, settle: Settle) => void,
): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    const timer = setTimeout(() => {
      reject(new DOMException('The check took too long.', 'TimeoutError'));
      controller.abort();
    }, timeoutMs);
    work(controller.signal, {
      resolve: (why) => {
        clearTimeout(timer);
        resolve(why);
      },
      reject: (error) => {
        clearTimeout(timer);
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    });
  });
}

function wordsOf(error: unknown): string {
  // Of several addresses tried, the first says why.
  if (error instanceof AggregateError) return wordsOf(error.errors[0] ?? error.message);
  return error instanceof Error ? error.message : String(error);
}

import type { PolicyProblem } from './policy-problem.js';
import { formatDuration } from './words.js';

export const PROBE_METHODS = ['GET', 'HEAD'] as const;

/** What a worker does to see whether a dependency is back. */
export type ProbeCheck =
  | {
      readonly kind: 'http';
      /** http or https, without a user. Redirects are not followed. */
      readonly url: string;
      readonly method: (typeof PROBE_METHODS)[number];
      readonly expectStatus: number;
      readonly timeoutMs: number;
      /** Until the head of the answer; a slower one is no success. null: the timeout is enough. */
      readonly maxLatencyMs: number | null;
    }
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      readonly timeoutMs: number;
    };

/** "GET https://api.example.com/health", "tcp://db.example.com:5432" */
export function checkName(check: ProbeCheck): string {
  return check.kind === 'http'
    ? `${check.method} ${check.url}`
    : `tcp://${check.host}:${check.port}`;
}

const URL_LENGTH = 2_000;
const HOST_LENGTH = 253;
const TIMEOUT_MIN_MS = 50;
/** Without white space, and nothing before an @ in the authority: a password would stand in the policy. */
const HTTP_URL = /^https?:\/\/[^\s/?#@\\]+(?:[/?][^\s#]*)?$/;
const HOST = /^[^\s/?#@\\]+$/;

/** Why a check cannot be saved. `probes` of them have to fit into a permit's life. */
export function checkProblems(
  check: ProbeCheck | null,
  { probes, probeTtlMs }: { readonly probes: number; readonly probeTtlMs: number },
): PolicyProblem[] {
  if (check === null) return [];
  const problems = check.kind === 'http' ? httpProblems(check) : tcpProblems(check);
  const longest = Math.floor(probeTtlMs / probes);
  const { timeoutMs } = check;
  if (!Number.isInteger(timeoutMs) || timeoutMs < TIMEOUT_MIN_MS || timeoutMs > longest) {
    const message =
      `Must be ${TIMEOUT_MIN_MS} … ${longest} ms: ${probes} checks, one after the other, ` +
      `have to end within ${formatDuration(probeTtlMs)}.`;
    problems.push(problem('timeoutMs', message, TIMEOUT_MIN_MS, longest));
  }
  return problems;
}

function httpProblems(check: Extract<ProbeCheck, { kind: 'http' }>): PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  const { url, expectStatus, maxLatencyMs, timeoutMs } = check;
  if (url.length > URL_LENGTH || !HTTP_URL.test(url)) {
    const message = 'Give a URL such as https://api.example.com/health, without a user or a #.';
    problems.push(problem('url', message, null, null));
  }
  if (!Number.isInteger(expectStatus) || expectStatus < 200 || expectStatus > 599) {
    problems.push(problem('expectStatus', 'A status is a whole number, 200 … 599.', 200, 599));
  }
  if (maxLatencyMs === null) return problems;
  if (!Number.isInteger(maxLatencyMs) || maxLatencyMs < 1 || maxLatencyMs > timeoutMs) {
    const message = 'Must be 1 ms up to the timeout, which ends the check anyway.';
    problems.push(problem('maxLatencyMs', message, 1, timeoutMs));
  }
  return problems;
}

function tcpProblems({ host, port }: Extract<ProbeCheck, { kind: 'tcp' }>): PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  if (host.length > HOST_LENGTH || !HOST.test(host)) {
    problems.push(problem('host', 'Give a name or an address, without a port.', null, null));
  }
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    problems.push(problem('port', 'A port is a whole number, 1 … 65,535.', 1, 65_535));
  }
  return problems;
}

function problem(
  field: string,
  message: string,
  min: number | null,
  max: number | null,
): PolicyProblem {
  return { path: `recovery.probe.${field}`, message, min, max };
}

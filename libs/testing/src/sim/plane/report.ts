import type { PlaneFinding } from './finding.js';

/** How soon troubles of about the same severity opened the breaker. Times in ms; null: none did. */
interface OpeningRow {
  /** Share of the calls that failed, 0…1: above the first, up to the second. */
  readonly above: number;
  readonly upTo: number;
  readonly troubles: number;
  readonly opened: number;
  readonly medianMs: number | null;
  readonly p95Ms: number | null;
}

export interface PlaneReport {
  /** Steady troubles of at least `LEAST_CALLS` calls/s that hit the whole fleet. */
  readonly openings: readonly OpeningRow[];
  /** Troubles that must not open anything, how many did, and how long they lasted together, in hours. */
  readonly quiet: { readonly troubles: number; readonly opened: number; readonly hours: number };
  /** Deaths and heavy troubles for which a time to open is promised, and how many took longer. */
  readonly promised: { readonly troubles: number; readonly late: number };
  /** From the last failure to the last closing, of those that had opened, in ms. */
  readonly returns: {
    readonly medianMs: number | null;
    readonly p95Ms: number | null;
    readonly longestMs: number | null;
    /** Not within what is promised. */
    readonly late: number;
  };
}

const EDGES = [0, 0.1, 0.2, 0.3, 0.35, 0.45, 0.5, 0.6, 0.75, 0.9, 1] as const;
const LEAST_CALLS = 20;
const HOUR_MS = 3_600_000;

/** Rates and times over the troubles of many seeds. */
export function planeReport(findings: readonly PlaneFinding[]): PlaneReport {
  const steady = findings.filter(
    ({ situation }) => situation.shape === 'steady' && situation.callsPerSecond >= LEAST_CALLS,
  );
  const openings = EDGES.slice(1).flatMap((upTo, index) => {
    const above = EDGES[index] ?? 0;
    const own = steady.filter(
      ({ situation: { severity } }) => severity > above && severity <= upTo,
    );
    return own.length === 0 ? [] : [openingRow(own, above, upTo)];
  });
  const quiet = findings.filter(({ mustNotOpen }) => mustNotOpen);
  const promised = findings.filter(({ openBoundMs }) => openBoundMs !== null);
  const back = findings
    .filter(({ openedMs }) => openedMs !== null)
    .map(({ returnedMs }) => returnedMs ?? Infinity);
  return {
    openings,
    quiet: {
      troubles: quiet.length,
      opened: quiet.filter(({ openedMs }) => openedMs !== null).length,
      hours: quiet.reduce((sum, { situation }) => sum + situation.troubleMs, 0) / HOUR_MS,
    },
    promised: {
      troubles: promised.length,
      late: promised.filter(
        ({ openedMs, openBoundMs }) => (openedMs ?? Infinity) > (openBoundMs ?? 0),
      ).length,
    },
    returns: {
      medianMs: percentile(back, 0.5),
      p95Ms: percentile(back, 0.95),
      longestMs: percentile(back, 1),
      late: findings.filter(({ returnedMs }) => returnedMs === null).length,
    },
  };
}

function openingRow(own: readonly PlaneFinding[], above: number, upTo: number): OpeningRow {
  const times = own.flatMap(({ openedMs }) => openedMs ?? []);
  return {
    above,
    upTo,
    troubles: own.length,
    opened: times.length,
    medianMs: percentile(times, 0.5),
    p95Ms: percentile(times, 0.95),
  };
}

/** The value below which the share `p` of the values lies (nearest rank), rounded; null for none, or one that never came. */
function percentile(values: readonly number[], p: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? Infinity;
  return Number.isFinite(value) ? Math.round(value) : null;
}

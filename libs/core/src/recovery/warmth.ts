import type { LatencyFigures } from '../model/latency.js';
import type { LatencyBefore, OutageContext, Policy, ProbeEvidence } from '../model/model.js';

/** How much slower than before the outage still counts as the same: bins are 9% wide, and load differs. */
const SLOWER = 1.3;
/** Differences below this are the clock's, in ms. */
const CLOCK_MS = 5;
/** Fewer samples say nothing about a step. */
const SAMPLES_MIN = 5;
/**
 * Where the way back from an outage begins when its probes were quick: at the last step that lets in no more than this, of
 * 2³². The longer the outage, the more caches have gone cold that three probes do not meet.
 */
const WARM_STARTS = [
  { upToMs: 60_000, admission: 2 ** 31 },
  { upToMs: 300_000, admission: 2 ** 30 },
] as const;
/** After an outage a call may have to open its connection first, which takes it about this long, in ms. */
const CONNECT_MS = 15;

/**
 * 'warm': answers as before the outage; 'warming': most do, and some are slower; 'cold': most are slower; 'unknown':
 * nothing to compare.
 */
export type Warmth = 'warm' | 'warming' | 'cold' | 'unknown';

/** What is remembered of the latencies before an outage; undefined: too little is known. */
export function latencyBefore(known: LatencyFigures | null | undefined): LatencyBefore | undefined {
  if (known === null || known === undefined || known.samples < SAMPLES_MIN) return undefined;
  return { p50Ms: known.p50, p95Ms: known.p95 };
}

/** Compares the latencies of a step with those before the outage. */
export function warmthOf(
  facts: Pick<OutageContext, 'latencyBefore'>,
  step: LatencyFigures | null | undefined,
): Warmth {
  const before = facts.latencyBefore;
  if (before === undefined || step === null || step === undefined) return 'unknown';
  if (step.samples < SAMPLES_MIN) return 'unknown';
  if (!isAsBefore(step.p50, before.p50Ms)) return 'cold';
  return isAsBefore(step.p95, before.p95Ms) ? 'warm' : 'warming';
}

/**
 * The step with which a recovery begins: the first, or a higher one after a short outage whose probes were answered as
 * quickly as calls were before it. A dependency that has lost its caches shows that in its first answers.
 */
export function firstStep(
  { recovery }: Policy,
  facts: OutageContext,
  probe: ProbeEvidence,
  outageMs: number,
): number {
  const { latencyBefore: before } = facts;
  const { slowestMs } = probe;
  const start = WARM_STARTS.find(({ upToMs }) => outageMs <= upToMs);
  if (recovery.coldSensitive || start === undefined) return 0;
  if (before === undefined || slowestMs === undefined) return 0;
  if (!isAsBefore(slowestMs, before.p95Ms, CONNECT_MS)) return 0;
  return Math.max(
    0,
    recovery.ladder.findLastIndex((admission) => admission <= start.admission),
  );
}

function isAsBefore(ms: number, before: number, graceMs = CLOCK_MS): boolean {
  return ms <= Math.max(before * SLOWER, before + graceMs);
}

import type { Evidence, KeyOpenings, LocalOpenings, Millis, Policy } from '../model/model.js';
import { formatDuration, group, plural } from '../model/words.js';
import { quorumOf } from './trip.js';
import { confirmedFailing } from './votes.js';

/**
 * Instances return from an interruption one after the other, and the first of them must not speak for all. So reports are
 * collected for this long once half of the fleet is back, in ms.
 */
export const LOCAL_SETTLE_MS = 2_000;
/** Who is not back by then does not come back soon: an SDK tries again after 30 s at the latest. In ms. */
export const LOCAL_RETURN_MS = 30_000;
/** Who was seen within this time before the earliest opening belonged to the fleet then, in ms. */
const SEEN_BEFORE_MS = 60_000;
/** One that says that it opened just now cannot leave out those who are still away. In ms. */
const LOOK_BACK_MS = 300_000;
/** Share of a key's instances that may lie about the time, and of all that may be well, before nothing is believed. */
const MINORITY = 0.25;

/** The fleet has opened without the control plane. */
export interface LocalVerdict {
  readonly opened: number;
  readonly reporting: number;
  readonly needed: number;
  /** The earliest opening that is not one minority's word. */
  readonly startedAt: Millis;
}

/** `wait`: enough instances say so, but others may still return until then. Null: too few do, or others are well. */
export type LocalJudgement =
  | { readonly kind: 'opens'; readonly verdict: LocalVerdict }
  | { readonly kind: 'wait'; readonly until: Millis };

/**
 * Whether what instances decided alone opens the breaker for all: a quorum of those with demand still rejects, as for
 * failing instances one key cannot outvote the others, and hardly anybody's latest calls are well.
 */
export function judgeLocal(
  { quorum }: Pick<Policy, 'quorum'>,
  { windows, acks, known = 0 }: Evidence,
  now: Millis,
): LocalJudgement | null {
  const local = windows[0]?.local;
  if (local === undefined) return null;
  const reporting = local.keys.reduce((sum, key) => sum + key.reporting, 0);
  const opened = confirmedFailing(
    local.keys.map((key) => ({ reporting: key.reporting, failing: key.opened })),
  );
  const connected = acks?.connected ?? 0;
  const needed = quorumOf(quorum, reporting, Math.max(known, connected));
  if (opened < needed || local.well > reporting * MINORITY) return null;
  const isBack = connected * 2 >= known;
  const until = local.heardAt + (isBack ? LOCAL_SETTLE_MS : LOCAL_RETURN_MS);
  if (now < until) return { kind: 'wait', until };
  const startedAt = Math.min(now, startOf(local) ?? now);
  return { kind: 'opens', verdict: { opened, reporting, needed, startedAt } };
}

/** Since when an instance has been seen that belongs to the fleet that opened by itself; null: none did. */
export function fleetSince(evidence: Evidence, now: Millis): Millis | null {
  const local = evidence.windows[0]?.local;
  if (local === undefined) return null;
  const opened = local.keys.flatMap(({ openedAt }) => openedAt);
  return Math.min(now - LOOK_BACK_MS, ...opened) - SEEN_BEFORE_MS;
}

/** Every key confirms the time: one that leaked cannot date an outage. */
function startOf({ keys }: LocalOpenings): Millis | null {
  const times = keys.flatMap((key) => honestTime(key) ?? []);
  return times.length === 0 ? null : Math.max(...times);
}

/** The earliest, without the quarter of the instances that say the earliest times. */
function honestTime({ opened, openedAt }: KeyOpenings): Millis | null {
  const sorted = [...openedAt].sort((a, b) => a - b);
  const index = Math.min(sorted.length - 1, Math.ceil((opened - 1) * MINORITY));
  return sorted[index] ?? null;
}

/** "8 of 8 instances had opened alone for 41 s": what they decided, and on what. */
export function localSummary(
  { calls, failures }: LocalOpenings,
  { opened, reporting, needed, startedAt }: LocalVerdict,
  now: Millis,
): string {
  return (
    `${group(opened)} of ${plural(reporting, 'instance')} had opened alone for ` +
    `${formatDuration(now - startedAt)} while nothing was decided for the fleet ` +
    `(${group(needed)} needed), on ${group(failures)} failed of ${plural(calls, 'call')}.`
  );
}

import { callsOf } from '../model/counts.js';
import type { Counts, Millis, TransitionEvidence, WindowEvidence } from '../model/model.js';
import { evidenceOf } from '../recovery/transition.js';
import { formatDuration, listNames, plural } from '../model/words.js';
import type { CorrelatedSettings } from './correlated-settings.js';

/** After a hold has ended, openings go on for this long whatever fails, in ms: nothing waits twice for one cause. */
export const HOLD_AGAIN_MS = 60_000;
/** Clocks of two workers may differ by this, in ms. */
const CLOCK_MARGIN_MS = 1_000;

/** New automatic openings of these breakers wait. */
export interface OpeningsHold {
  readonly since: Millis;
  readonly until: Millis;
  /** Those that failed at once when it began. */
  readonly breakers: readonly string[];
  /** Breakers in use on the same instances then, those that failed included. */
  readonly active: number;
  /** Instances on which they failed, as far as they were known by name; 0: they were not. */
  readonly instances: number;
}

/** One breaker in trouble. */
export interface TroubledBreaker {
  readonly key: string;
  /** It would open now. */
  readonly opens: boolean;
  /** What it counted in its shortest window. */
  readonly window: Pick<WindowEvidence, 'counts' | 'failing' | 'heaviest' | 'groups'>;
}

/** One breaker that had calls within the last seconds, and the services that call it; none: not known. */
export interface ActiveBreaker {
  readonly key: string;
  readonly services: readonly string[];
}

export interface CorrelatedInput {
  readonly troubled: readonly TroubledBreaker[];
  readonly active: readonly ActiveBreaker[];
}

export interface CorrelatedVerdict {
  /** Keys of breakers whose opening waits. */
  readonly held: ReadonlySet<string>;
  /** The hold that they wait for; null: nothing waits. */
  readonly hold: OpeningsHold | null;
}

const GO_ON: CorrelatedVerdict = { held: new Set(), hold: null };

/** At least a third of its calls failed, and at least two: it may be about to open. */
export function isTroubled(counts: Counts): boolean {
  return counts.failures >= 2 && counts.failures * 3 >= callsOf(counts);
}

/**
 * Which automatic openings wait, because many breakers fail at once on the same instances. `last` is the environment's
 * last hold. A hold never lasts longer than `waitMs`, and another one begins only HOLD_AGAIN_MS after its end.
 */
export function holdOpenings(
  input: CorrelatedInput,
  last: OpeningsHold | null,
  settings: CorrelatedSettings,
  now: Millis,
): CorrelatedVerdict {
  const { breakers: least } = settings;
  if (least === null) return GO_ON;
  const running = last !== null && isRunning(last, now);
  if (!running && last !== null && Math.abs(now - last.until) < HOLD_AGAIN_MS) return GO_ON;
  const suspect = input.troubled
    .filter(({ opens }) => opens)
    .map((opening) => suspectAround(opening, input))
    .find(({ keys, active }) => keys.size >= least && keys.size >= settings.share * active);
  if (suspect === undefined) return GO_ON;
  const { keys, active, instances } = suspect;
  const held = new Set(
    input.troubled.filter(({ key, opens }) => opens && keys.has(key)).map(({ key }) => key),
  );
  if (running) return { held, hold: last };
  const until = now + settings.waitMs;
  return { held, hold: { since: now, until, breakers: [...keys].sort(), active, instances } };
}

function isRunning({ since, until }: OpeningsHold, now: Millis): boolean {
  return now < until && now >= since - CLOCK_MARGIN_MS;
}

interface Suspect {
  readonly keys: ReadonlySet<string>;
  readonly active: number;
  readonly instances: number;
}

/** All that fail on the same instances as this one. */
function suspectAround(opening: TroubledBreaker, { troubled, active }: CorrelatedInput): Suspect {
  const where = whereFailing(opening);
  const same = troubled.filter((other) => other === opening || overlap(where, whereFailing(other)));
  const keys = new Set(same.map(({ key }) => key));
  const services = new Set(
    same.flatMap(({ window }) => window.heaviest.filter(isBad).map(({ service }) => service)),
  );
  const others = active.filter(
    (one) =>
      !keys.has(one.key) &&
      (one.services.length === 0 || one.services.some((service) => services.has(service))),
  );
  return { keys, active: keys.size + others.length, instances: where.instances?.size ?? 0 };
}

interface Where {
  /** Failing instances by id; null: there are more than are known by name. */
  readonly instances: ReadonlySet<string> | null;
  /** Services, zones and regions most of whose instances fail. */
  readonly groups: ReadonlySet<string>;
}

function whereFailing({ window }: TroubledBreaker): Where {
  const bad = window.heaviest.filter(isBad).map(({ instanceId }) => instanceId);
  const groups = (window.groups ?? []).filter(({ failing, reporting }) => failing * 2 >= reporting);
  return {
    instances: bad.length < window.failing ? null : new Set(bad),
    groups: new Set(
      groups.map(({ service, zone, region }) => JSON.stringify([service, zone, region])),
    ),
  };
}

function isBad({ calls, failures }: WindowEvidence['heaviest'][number]): boolean {
  return failures > 0 && failures * 3 >= calls;
}

/** Half of the smaller set is in the larger one. What is not known is not the same. */
function overlap(a: Where, b: Where): boolean {
  return a.instances !== null && b.instances !== null
    ? shares(a.instances, b.instances)
    : shares(a.groups, b.groups);
}

function shares(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const common = [...a].filter((name) => b.has(name)).length;
  return common > 0 && common * 2 >= Math.min(a.size, b.size);
}

/** What the audit log and notifications say when openings begin to wait. */
export function holdEvidence(hold: OpeningsHold): TransitionEvidence {
  const { since, until, breakers } = hold;
  const summary =
    `${failedAtOnce(hold)}: ${listNames(breakers, breakers.length)}. The instances themselves, their network ` +
    `or their name server may be at fault. New automatic openings wait for ${formatDuration(until - since)}, then go on.`;
  return evidenceOf('openings_held', { summary });
}

/** What an opening adds to its reason when openings have just waited; '' otherwise. */
export function heldNote(hold: OpeningsHold | null, key: string, now: Millis): string {
  if (hold === null || now < hold.since || now >= hold.until + CLOCK_MARGIN_MS) return '';
  if (!hold.breakers.includes(key)) return '';
  return ` Openings had waited for ${formatDuration(hold.until - hold.since)}: ${failedAtOnce(hold)}.`;
}

function failedAtOnce({ breakers, active, instances }: OpeningsHold): string {
  const where =
    instances === 0 ? 'the same instances' : `the same ${plural(instances, 'instance')}`;
  return `${breakers.length} of ${plural(active, 'breaker')} failed at once on ${where}`;
}

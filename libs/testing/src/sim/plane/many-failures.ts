import { createHash } from 'node:crypto';
import { DEFAULT_POLICY, detectionMs } from '@recloser/core';
import { BREAKER } from '../instance.js';
import type { Violation } from '../invariants.js';
import { Random } from '../random.js';
import { build, EPOCH_MS, isTrip, type SimulationResult } from '../simulation.js';
import type { Tamper, World } from '../world.js';

const ARRIVAL_MS = 12_000;
/** One more than wait at least by default. */
const MORE_BREAKERS = ['search', 'mail', 'tax', 'maps', 'risk'] as const;
const TROUBLE_MS = 15_000;
/** Reports, decisions, and the sweep that lets a held opening go on. */
const WAY_MS = 1_500;

/** Which breakers die at once. */
const DYING = ['all', 'one', 'one, and others partly'] as const;
type Dying = (typeof DYING)[number];

export interface ManyFailuresOptions {
  readonly seed: number;
  readonly instances: number;
  readonly dying?: Dying;
  readonly tamper?: Tamper;
}

/** What one seed draws. */
interface Drawn {
  readonly dying: Dying;
  readonly instances: number;
  /** Of the whole fleet, over all breakers. */
  readonly callsPerSecond: number;
}

const KEYS: readonly string[] = [BREAKER, ...MORE_BREAKERS];

function drawn({ seed, instances: most, dying }: ManyFailuresOptions): Drawn {
  const random = new Random(seed ^ 0x2545f491);
  const any = DYING[random.below(DYING.length)] ?? 'all';
  return {
    dying: dying ?? any,
    instances: 2 + random.below(Math.max(1, Math.min(12, most) - 1)),
    // Enough that twelve failures of each breaker take less than the excess.
    callsPerSecond: KEYS.length * Math.round(random.between(20, 60)),
  };
}

/** Six breakers of one fleet. All or one of them die at the same moment. */
export async function simulateManyFailures(
  options: ManyFailuresOptions,
): Promise<SimulationResult> {
  const { seed, tamper = {} } = options;
  const own = drawn(options);
  const { dying, instances, callsPerSecond } = own;
  const fleet = { seed, instances, callsPerSecond, tamper, moreBreakers: MORE_BREAKERS };
  const { world } = build(fleet, () => undefined);
  const { scheduler, dependency, database } = world;
  for (const process of [...world.apis, ...world.workers, ...world.instances]) process.start();
  await scheduler.runUntil(ARRIVAL_MS);
  dependency.sickBreakers = new Set(dying === 'all' ? KEYS : [BREAKER]);
  // What fails in part everywhere stays below what is tolerated.
  if (dying === 'one, and others partly') dependency.partlySick = 0.2;
  dependency.health = { kind: 'errors' };
  await scheduler.runUntil(ARRIVAL_MS + TROUBLE_MS);
  const { log } = database;
  const digest = createHash('sha256');
  for (const { seq, action, at } of log) digest.update(`${seq} ${action} ${at}\n`);
  return {
    seed,
    events: scheduler.ran,
    calls: dependency.calls,
    changes: log.length,
    trips: log.filter(isTrip).length,
    partTrips: 0,
    recoveredMs: null,
    violations: [...lateOpenings(world, own), ...wrongWaits(world, own)],
    digest: digest.digest('hex').slice(0, 16),
  };
}

/** Breakers that opened later than their failures and a wait explain. */
function lateOpenings({ database, openings }: World, own: Drawn): Violation[] {
  const { dying, instances, callsPerSecond } = own;
  const ofEach = callsPerSecond / KEYS.length;
  const expected = detectionMs(DEFAULT_POLICY, 1, ofEach) ?? Infinity;
  // A quorum needs two failures on every second instance.
  const aloneMs = 2 * (expected + (2_000 * instances) / ofEach) + WAY_MS;
  const isAlone = dying !== 'all';
  const boundMs = isAlone ? aloneMs : aloneMs + openings.settings.waitMs;
  return (isAlone ? [BREAKER] : KEYS).flatMap((key) => {
    const opened = database.log.find((entry) => entry.after.key === key && isTrip(entry));
    const openedMs = opened === undefined ? Infinity : opened.at - EPOCH_MS - ARRIVAL_MS;
    if (openedMs <= boundMs) return [];
    const invariant = isAlone
      ? 'a lone outage does not wait'
      : 'openings wait no longer than asked';
    return [violationOf(invariant, `${key} opened after ${openedMs} ms`, own)];
  });
}

/** Waits that were too long, that nothing kept, or that must not have been. */
function wrongWaits({ database, openings }: World, own: Drawn): Violation[] {
  const { waitMs } = openings.settings;
  return openings.holds.flatMap(({ since, until }) => {
    const early = database.log.find(
      (entry) => isTrip(entry) && entry.at > since && entry.at < until - 1,
    );
    const found: Violation[] = [];
    const late = 'openings wait no longer than asked';
    if (until - since > waitMs) found.push(violationOf(late, `a wait of ${until - since} ms`, own));
    if (early !== undefined) found.push(violationOf(late, `${early.after.key} did not wait`, own));
    if (own.dying !== 'all') {
      found.push(violationOf('a lone outage does not wait', 'openings were held', own));
    }
    return found;
  });
}

function violationOf(
  invariant: Violation['invariant'],
  detail: string,
  { dying, instances, callsPerSecond }: Drawn,
): Violation {
  const text = `${detail} (${dying}, ${instances} instances, ${callsPerSecond} calls/s)`;
  return { invariant, atMs: ARRIVAL_MS + TROUBLE_MS, detail: text };
}

import { Random } from '../random.js';

/** How the calls fail: all alike; for moments; ever more of them; those of one zone; those of one shard's accounts. */
const SHAPES = ['steady', 'bursts', 'rising', 'zone', 'shard'] as const;
type Shape = (typeof SHAPES)[number];

/** What the breaker has seen before the trouble. */
const WINDOWS = ['warm', 'new', 'idle', 'just closed'] as const;
type Window = (typeof WINDOWS)[number];

/** Half of the instances are replaced by others when the trouble begins; or one is restarted every second. */
const CHANGES = ['none', 'replaced', 'restarted'] as const;

/** One trouble of one fleet, as a seed draws it. */
export interface Situation {
  readonly instances: number;
  /** Of the whole fleet. */
  readonly callsPerSecond: number;
  readonly shape: Shape;
  /** Of the calls that it hits, this share fails, 0…1. */
  readonly severity: number;
  /** A failing call never ends, instead of with an error. */
  readonly hangs: boolean;
  readonly window: Window;
  /** From its first failure to its last. */
  readonly troubleMs: number;
  /** Only of bursts: how long each lasts, and how long the calm between two. */
  readonly burstMs: number;
  readonly calmMs: number;
  /** A good call takes from this to twice this. */
  readonly answerMs: number;
  readonly change: (typeof CHANGES)[number];
  /** Of the calls before and after the trouble, this share fails, 0…1. */
  readonly background: number;
  /** No instance has a socket: all of them poll. */
  readonly polling: boolean;
}

/** Accounts are spread over so many shards. */
export const SHARDS = 4;

/** Half of the troubles are steady: those have a time by which they open. */
const DRAWN: readonly Shape[] = ['steady', 'steady', 'steady', 'steady', ...SHAPES.slice(1)];
const SMALL = [1, 2, 3] as const;
const SEVERITIES = [0.05, 0.2, 0.3, 0.45, 0.5, 0.6, 0.75, 1] as const;
const BLIP_APART_MS = 10_000;
/** Share of fleets without any socket. */
const POLLING = 0.2;

/** The trouble of this seed, with at most so many instances. The same seed gives the same. */
export function situationOf(seed: number, mostInstances: number): Situation {
  const random = new Random(seed ^ 0x9e3779b9);
  const logBetween = (low: number, high: number): number => low * (high / low) ** random.next();
  const pick = <T>(items: readonly T[], fallback: T): T =>
    items[random.below(items.length)] ?? fallback;
  const instances = random.chance(0.35)
    ? pick(SMALL, 1)
    : Math.round(logBetween(4, Math.max(4, mostInstances)));
  const callsPerSecond = Math.round(logBetween(0.1, 2_000) * 10) / 10;
  const isBlip = random.chance(0.5);
  return {
    instances: Math.min(instances, mostInstances),
    callsPerSecond,
    shape: pick(DRAWN, 'steady'),
    severity: random.chance(0.5) ? pick(SEVERITIES, 1) : random.between(0.05, 1),
    hangs: random.chance(0.3),
    window: pick(WINDOWS, 'warm'),
    troubleMs: Math.round(logBetween(1_000, 60_000)),
    burstMs: isBlip ? pick([500, 1_000], 500) : Math.round(random.between(1_000, 5_000)),
    calmMs: Math.round(BLIP_APART_MS + (isBlip ? 2_000 : -5_000) * random.next()),
    answerMs: random.chance(0.25) ? random.between(200, 480) : random.between(5, 60),
    change: instances < 4 ? 'none' : pick(CHANGES, 'none'),
    background: random.chance(0.4) ? 0.01 : 0,
    polling: random.chance(POLLING),
  };
}

/** In words, for a report. */
export function situationText(situation: Situation): string {
  const { instances, callsPerSecond, shape, severity, window, troubleMs } = situation;
  const { hangs, burstMs, calmMs, answerMs, change, background, polling } = situation;
  return [
    `${instances} instances, ${callsPerSecond} calls/s, ${window}`,
    `${Math.round(severity * 100)}% ${hangs ? 'hang' : 'fail'}, ${shape}`,
    ...(shape === 'bursts' ? [`${burstMs} ms every ${burstMs + calmMs} ms`] : []),
    `for ${troubleMs} ms`,
    `answers in ${Math.round(answerMs)} ms`,
    ...(change === 'none' ? [] : [`instances ${change}`]),
    ...(polling ? ['polling'] : []),
    ...(background === 0 ? [] : [`${background * 100}% fail always`]),
  ].join(', ');
}

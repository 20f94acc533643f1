import { setTimeout as pause } from 'node:timers/promises';
import type { Arm } from './messages.js';
import type { Setting } from './setting.js';
import type { Stage } from './stage.js';

const BLIPS_MS = [500, 1_000] as const;
/** What the breaker has seen before the blip. Those that were idle come last, to be idle for long enough meanwhile. */
const WINDOWS = ['warm', 'new', 'just closed', 'idle'] as const;
type Window = (typeof WINDOWS)[number];

/** Good calls before the blip where nothing is known of those before them: enough that all connections stand. */
const FIRST_MS = 250;
const USED_MS = 3_000;
/** Openings after this are not of the blip. */
const WATCH_MS = 4_000;

interface Found {
  readonly window: Window;
  readonly blipMs: number;
  readonly arm: Arm;
  readonly lastedMs: number;
  readonly opened: boolean;
  readonly turnedAway: number;
}

/** Total failures of half a second and of one second, after which nothing may be open. */
export class Blips {
  #idleSince = 0;

  constructor(
    private readonly stage: Stage,
    private readonly setting: Setting,
    private readonly progress: (line: string) => void,
  ) {}

  /** Makes calls through the breakers that will have been idle, so that other things can be measured meanwhile. */
  async prepare(): Promise<void> {
    for (const breaker of this.#each('idle')) {
      await this.stage.create(breaker);
      this.stage.load(breaker, this.setting.callsPerSecond);
      await pause(USED_MS);
      this.stage.load(breaker, 0);
    }
    this.#idleSince = performance.now();
  }

  async run() {
    const found: Found[] = [];
    for (const window of WINDOWS) {
      if (this.setting.blips > 0) this.progress(`blips, ${window}`);
      for (const blipMs of BLIPS_MS) {
        for (const breaker of this.#each(window, blipMs)) {
          found.push(...(await this.#blip(window, blipMs, breaker)));
        }
      }
    }
    return rowsOf(found);
  }

  #each(window: Window, only?: number): string[] {
    return BLIPS_MS.filter((blipMs) => only === undefined || blipMs === only).flatMap((blipMs) =>
      Array.from(
        { length: this.setting.blips },
        (_, index) => `blip-${window.replace(' ', '-')}-${blipMs}-${index + 1}`,
      ),
    );
  }

  async #blip(window: Window, blipMs: number, breaker: string): Promise<Found[]> {
    const { stage, setting } = this;
    if (window !== 'idle') await stage.create(breaker);
    if (window === 'idle') {
      await pause(Math.max(0, this.#idleSince + setting.idleMs - performance.now()));
    }
    if (window === 'just closed') await stage.reset(breaker);
    stage.load(breaker, setting.callsPerSecond);
    await pause(window === 'warm' ? setting.warmUpMs : FIRST_MS);
    const lastedMs = await stage.blip(blipMs);
    await pause(WATCH_MS);
    stage.load(breaker, 0);
    const found: Found[] = [];
    for (const crew of stage.crews) {
      const { rejected } = await crew.counts(breaker);
      const opened = crew.blockedInstances(breaker) > 0;
      found.push({ window, blipMs, arm: crew.arm, lastedMs, opened, turnedAway: rejected });
    }
    await stage.close(breaker);
    return found;
  }
}

function rowsOf(found: readonly Found[]) {
  const groups = new Map<string, Found[]>();
  for (const one of found) {
    const name = `${one.window} ${one.blipMs} ${one.arm}`;
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { window, blipMs, arm } = first;
    return {
      window,
      blipMs,
      arm,
      /** A busy machine may end a blip late. */
      longestMs: Math.max(...group.map(({ lastedMs }) => lastedMs)),
      opened: group.filter(({ opened }) => opened).length,
      turnedAway: group.reduce((sum, { turnedAway }) => sum + turnedAway, 0),
      repetitions: group.length,
    };
  });
}

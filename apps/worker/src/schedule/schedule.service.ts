import { Inject, Injectable } from '@nestjs/common';
import type { Backbone } from '@recloser/backbone';
import {
  ADMISSION_NONE,
  joinEffects,
  nextDue,
  scheduled,
  type Millis,
  type ScheduledEffect,
} from '@recloser/core';
import type {
  Database,
  Decision,
  LoadedBreaker,
  LockedBreaker,
  StoredSchedule,
} from '@recloser/db';
import type { Occurrence } from '@recloser/protocol';
import { nextOccurrences, occurrenceAt, type Log } from '@recloser/server';
import { Job, type JobHandler } from '../jobs/job.decorator.js';
import { BACKBONE, DATABASE, LOG } from '../tokens.js';

/** Looked at in one round; what is left over is looked at in the next. */
const ROUND = 100;

interface Window {
  readonly schedule: StoredSchedule;
  readonly occurrence: Occurrence;
}

/**
 * Begins maintenance windows. Their ends need nobody: what a window does has an end of its own. A window is begun late
 * when no worker was there at its begin, and not at all when it is over by then.
 */
@Injectable()
@Job({ name: 'schedule', everyMs: 2_000 })
export class ScheduleService implements JobHandler {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(BACKBONE) private readonly backbone: Backbone,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Called twice at once it does nothing twice. */
  async run(): Promise<void> {
    for (const schedule of await this.database.schedules.due(ROUND)) {
      try {
        await this.#look(schedule);
      } catch (error) {
        const { environmentId, key } = schedule;
        this.log.warn(
          { err: error, environmentId, schedule: key },
          'a schedule will be looked at again',
        );
      }
    }
  }

  async #look(schedule: StoredSchedule): Promise<void> {
    const { plan, now, appliedAt } = schedule;
    const occurrence = occurrenceAt(plan, now);
    const begins = occurrence !== null && occurrence.opensAt !== appliedAt;
    if (begins) await this.#begin(schedule, occurrence);
    // An edit may have left nothing of a window that is on.
    else if (occurrence === null && schedule.revision > 1) await this.#end(schedule);
    const [next] = nextOccurrences(plan, now, 1);
    await this.database.schedules.markProcessed(schedule, {
      appliedAt: occurrence?.opensAt ?? appliedAt,
      nextAt: next?.opensAt ?? null,
    });
  }

  /**
   * Moves the breakers of a schedule, to what all windows that are on make of them. What a person has done since the
   * window opened stays done: the schedule may begin late, or again after an edit.
   */
  async #begin(schedule: StoredSchedule, { opensAt }: Occurrence): Promise<void> {
    const { environmentId, key } = schedule;
    const moved = await this.database.audit.movedByHand(environmentId, opensAt);
    const windows = await this.#windows(schedule);
    const breakers = await this.database.states.load(environmentId);
    const effects = new Map(
      breakers
        .filter((breaker) => concerns(schedule, breaker) && !moved.has(breaker.key))
        .map((breaker) => [breaker.key, effectOf(windows, breaker)]),
    );
    const changes = await this.#commit(schedule, effects);
    if (changes > 0) {
      this.log.info({ environmentId, schedule: key, breakers: changes }, 'a window begins');
    }
  }

  /** Gives back what the schedule has moved and nothing holds any more, to what other windows make of it. */
  async #end(schedule: StoredSchedule): Promise<void> {
    const { environmentId, key } = schedule;
    const windows = await this.#windows(schedule);
    const breakers = await this.database.states.load(environmentId);
    const effects = new Map(
      breakers
        .filter(({ last }) => last?.actor.kind === 'schedule' && last.actor.id === key)
        .map((breaker) => [breaker.key, effectOf(windows, breaker) ?? overOf(schedule, breaker)]),
    );
    const changes = await this.#commit(schedule, effects);
    if (changes > 0) {
      this.log.info({ environmentId, schedule: key, breakers: changes }, 'a window was ended');
    }
  }

  /** All windows of the environment that are on. */
  async #windows({ environmentId, now }: StoredSchedule): Promise<readonly Window[]> {
    const all = await this.database.schedules.list(environmentId);
    return all.flatMap((one) => windowOf(one, now));
  }

  async #commit(
    { environmentId, key, name }: StoredSchedule,
    effects: ReadonlyMap<string, ScheduledEffect | null>,
  ): Promise<number> {
    if (effects.size === 0) return 0;
    const actor = { kind: 'schedule', id: key, name } as const;
    const result = await this.database.states.commit(
      environmentId,
      actor,
      [...effects.keys()],
      (locked, at) => decisionFor(locked, effects.get(locked.key) ?? null, at),
    );
    if (result.changes.length > 0) {
      await this.backbone.bus.publish('seq', { environmentId, seq: result.seq });
    }
    return result.changes.length;
  }
}

function windowOf(schedule: StoredSchedule, now: Millis): Window[] {
  const occurrence = occurrenceAt(schedule.plan, now);
  return occurrence === null ? [] : [{ schedule, occurrence }];
}

function concerns({ plan }: StoredSchedule, { key, meta }: LoadedBreaker): boolean {
  return plan.breakers.includes(key) || plan.tags.some((tag) => meta.tags.includes(tag));
}

function effectOf(windows: readonly Window[], breaker: LoadedBreaker): ScheduledEffect | null {
  const effects = windows
    .filter(({ schedule }) => concerns(schedule, breaker))
    .map(({ schedule: { name, plan }, occurrence }) => ({
      admission: plan.action.kind === 'open' ? ADMISSION_NONE : plan.action.admission,
      until: occurrence.end,
      names: [name],
    }));
  return joinEffects(effects);
}

/** What a breaker was moved to, with its end now. */
function overOf({ name, now }: StoredSchedule, { state }: LoadedBreaker): ScheduledEffect {
  const admission = state.kind === 'dimmed' ? state.admission : ADMISSION_NONE;
  return { admission, until: now, names: [name] };
}

function decisionFor(locked: LockedBreaker, effect: ScheduledEffect | null, now: Millis): Decision {
  if (effect === null) return null;
  const transition = scheduled(locked, effect, now, locked.last?.actor.kind === 'schedule');
  if (transition === null) return null;
  const dueAt = nextDue({ ...locked, ...transition }, now);
  return { transition, action: 'schedule.apply', reason: effect.names.join(', '), dueAt };
}

import { Inject, Injectable } from '@nestjs/common';
import type { Database, EnvironmentHead, ScheduleEdit, StoredSchedule } from '@recloser/db';
import type {
  Actor,
  Calendar,
  CalendarQuery,
  ChangedSchedule,
  CreateSchedule,
  ScheduleInfo,
  ScheduleList,
} from '@recloser/protocol';
import { nextOccurrences, occurrenceAt, occurrences } from '@recloser/server';
import { DATABASE } from '../common/tokens.js';
import { EnvironmentReplicas } from '../environments/environment-replicas.js';

const SHOWN = 5;

@Injectable()
export class SchedulesService {
  readonly #db: Database;
  readonly #replicas: EnvironmentReplicas;

  constructor(
    @Inject(DATABASE) db: Database,
    @Inject(EnvironmentReplicas) replicas: EnvironmentReplicas,
  ) {
    this.#db = db;
    this.#replicas = replicas;
  }

  async list(environmentId: string): Promise<ScheduleList> {
    const stored = await this.#db.schedules.list(environmentId);
    return { items: stored.map(infoOf), now: await this.#db.now() };
  }

  async calendar(environmentId: string, { from, to }: CalendarQuery): Promise<Calendar> {
    const stored = await this.#db.schedules.list(environmentId);
    const items = stored.flatMap(({ key, plan, createdAt }) =>
      // Before a schedule was made, none of its windows was.
      occurrences(plan, Math.max(from, createdAt), to).map((occurrence) => ({
        key,
        ...occurrence,
      })),
    );
    return { items: items.sort((a, b) => a.opensAt - b.opensAt) };
  }

  /** @throws RecloserError unknown_schedule */
  async read(environmentId: string, key: string): Promise<ScheduleInfo> {
    return infoOf(await this.#db.schedules.get(environmentId, key));
  }

  /** @throws RecloserError already_exists, limit_reached */
  async create(
    environmentId: string,
    actor: Actor,
    input: CreateSchedule,
  ): Promise<ChangedSchedule> {
    const head = await this.#db.schedules.create(environmentId, actor, input);
    return this.#changed(environmentId, input.key, head);
  }

  /** @throws RecloserError unknown_schedule, version_conflict */
  async edit(
    environmentId: string,
    actor: Actor,
    key: string,
    edit: ScheduleEdit,
  ): Promise<ChangedSchedule> {
    const head = await this.#db.schedules.edit(environmentId, actor, key, edit);
    return this.#changed(environmentId, key, head);
  }

  /** @throws RecloserError unknown_schedule */
  async remove(
    environmentId: string,
    actor: Actor,
    key: string,
    reason: string,
  ): Promise<{ seq: number }> {
    const { seq } = await this.#db.schedules.remove(environmentId, actor, key, reason);
    return { seq };
  }

  async #changed(
    environmentId: string,
    key: string,
    head: EnvironmentHead,
  ): Promise<ChangedSchedule> {
    await this.#replicas.announce([head]);
    return { seq: head.seq, schedule: await this.read(environmentId, key) };
  }
}

function infoOf(schedule: StoredSchedule): ScheduleInfo {
  const { key, name, description, plan, revision, createdAt, updatedAt, now } = schedule;
  return {
    key,
    name,
    description,
    plan,
    revision,
    createdAt,
    updatedAt,
    active: occurrenceAt(plan, now),
    next: [...nextOccurrences(plan, now, SHOWN)],
  };
}

import { Body, Controller, Inject, Param, Query, Res } from '@nestjs/common';
import {
  contract,
  type Actor,
  type Calendar,
  type CalendarQuery,
  type ChangedSchedule,
  type CreateSchedule,
  type EditSchedule,
  type RemoveSchedule,
  type ScheduleInfo,
  type ScheduleList,
} from '@recloser/protocol';
import { CurrentActor } from '../auth/current-caller.js';
import { setEtag, type Reply } from '../common/etag.js';
import { Revision } from '../common/revision.decorator.js';
import { Route } from '../common/route.decorator.js';
import type { EnvironmentRef } from '../environments/environment-resolver.js';
import { Environment } from '../environments/environment.decorator.js';
import { SchedulesService } from './schedules.service.js';

@Controller()
export class SchedulesController {
  readonly #schedules: SchedulesService;

  constructor(@Inject(SchedulesService) schedules: SchedulesService) {
    this.#schedules = schedules;
  }

  @Route(contract.schedules.list)
  async list(@Environment() { id }: EnvironmentRef): Promise<ScheduleList> {
    return this.#schedules.list(id);
  }

  @Route(contract.schedules.create)
  async create(
    @Environment() { id }: EnvironmentRef,
    @Body() body: CreateSchedule,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ChangedSchedule> {
    const changed = await this.#schedules.create(id, actor, body);
    setEtag(reply, changed.schedule);
    return changed;
  }

  @Route(contract.schedules.calendar)
  async calendar(
    @Environment() { id }: EnvironmentRef,
    @Query() query: CalendarQuery,
  ): Promise<Calendar> {
    return this.#schedules.calendar(id, query);
  }

  @Route(contract.schedules.read)
  async read(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ScheduleInfo> {
    const schedule = await this.#schedules.read(id, key);
    setEtag(reply, schedule);
    return schedule;
  }

  @Route(contract.schedules.edit)
  async edit(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Revision() expectedRevision: number,
    @Body() body: EditSchedule,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ChangedSchedule> {
    const edit = { ...body, expectedRevision };
    const changed = await this.#schedules.edit(id, actor, key, edit);
    setEtag(reply, changed.schedule);
    return changed;
  }

  @Route(contract.schedules.remove)
  async remove(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Body() { reason }: RemoveSchedule,
    @CurrentActor() actor: Actor,
  ): Promise<{ seq: number }> {
    return this.#schedules.remove(id, actor, key, reason);
  }
}

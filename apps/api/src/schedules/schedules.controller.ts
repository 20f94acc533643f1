import {
  Body,
  Controller,
  Get,
  Headers,
  Inject,
  Param,
  Patch,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import {
  calendarQuerySchema,
  calendarSchema,
  changedScheduleSchema,
  createScheduleSchema,
  editScheduleSchema,
  removeScheduleSchema,
  scheduleInfoSchema,
  scheduleListSchema,
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
import { revisionOf, setEtag, type Reply } from '../common/etag.js';
import { Operation } from '../common/operation.js';
import { ParsePipe } from '../common/parse.pipe.js';
import type { EnvironmentRef } from '../environments/environment-resolver.js';
import { Environment } from '../environments/environment.decorator.js';
import { SchedulesService } from './schedules.service.js';

@Controller('v1/projects/:project/environments/:environment/schedules')
export class SchedulesController {
  readonly #schedules: SchedulesService;

  constructor(@Inject(SchedulesService) schedules: SchedulesService) {
    this.#schedules = schedules;
  }

  @Get()
  @Operation({
    access: 'viewer',
    summary: 'List schedules with their next windows',
    answer: scheduleListSchema,
  })
  async list(@Environment() { id }: EnvironmentRef): Promise<ScheduleList> {
    return this.#schedules.list(id);
  }

  @Post()
  @Operation({
    access: 'operator',
    summary: 'Create a schedule',
    status: 201,
    body: createScheduleSchema,
    answer: changedScheduleSchema,
  })
  async create(
    @Environment() { id }: EnvironmentRef,
    @Body(new ParsePipe(createScheduleSchema)) body: CreateSchedule,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ChangedSchedule> {
    const changed = await this.#schedules.create(id, actor, body);
    setEtag(reply, changed.schedule);
    return changed;
  }

  @Get('calendar')
  @Operation({
    access: 'viewer',
    summary: 'The windows of all schedules in a span of time',
    query: calendarQuerySchema,
    answer: calendarSchema,
  })
  async calendar(
    @Environment() { id }: EnvironmentRef,
    @Query(new ParsePipe(calendarQuerySchema)) query: CalendarQuery,
  ): Promise<Calendar> {
    return this.#schedules.calendar(id, query);
  }

  @Get(':key')
  @Operation({ access: 'viewer', summary: 'Read a schedule', answer: scheduleInfoSchema })
  async read(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ScheduleInfo> {
    const schedule = await this.#schedules.read(id, key);
    setEtag(reply, schedule);
    return schedule;
  }

  @Patch(':key')
  @Operation({
    access: 'operator',
    summary: 'Edit a schedule, with If-Match',
    body: editScheduleSchema,
    answer: changedScheduleSchema,
  })
  async edit(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body(new ParsePipe(editScheduleSchema)) body: EditSchedule,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ChangedSchedule> {
    const edit = { ...body, expectedRevision: revisionOf(ifMatch) };
    const changed = await this.#schedules.edit(id, actor, key, edit);
    setEtag(reply, changed.schedule);
    return changed;
  }

  @Post(':key/remove')
  @Operation({
    access: 'operator',
    summary: 'Remove a schedule; what it has opened or dimmed stays so until its end',
    body: removeScheduleSchema,
  })
  async remove(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Body(new ParsePipe(removeScheduleSchema)) { reason }: RemoveSchedule,
    @CurrentActor() actor: Actor,
  ): Promise<{ seq: number }> {
    return this.#schedules.remove(id, actor, key, reason);
  }
}

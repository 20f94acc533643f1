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
  type Calendar,
  type CalendarQuery,
  type ChangedSchedule,
  type CreateSchedule,
  type EditSchedule,
  type RemoveSchedule,
  type ScheduleInfo,
  type ScheduleList,
  type User,
} from '@recloser/protocol';
import { CurrentUser } from '../auth/current-user.js';
import { actorOf } from '../common/actor.js';
import { revisionOf, setEtag, type Reply } from '../common/etag.js';
import { Operation } from '../common/operation.js';
import { ParsePipe } from '../common/parse.pipe.js';
import {
  EnvironmentResolver,
  type KeyParams,
  type EnvironmentParams,
} from '../projects/environment-resolver.js';
import { SchedulesService } from './schedules.service.js';

@Controller('v1/projects/:project/environments/:environment/schedules')
export class SchedulesController {
  readonly #resolver: EnvironmentResolver;
  readonly #schedules: SchedulesService;

  constructor(
    @Inject(EnvironmentResolver) resolver: EnvironmentResolver,
    @Inject(SchedulesService) schedules: SchedulesService,
  ) {
    this.#resolver = resolver;
    this.#schedules = schedules;
  }

  @Get()
  @Operation({
    access: 'viewer',
    summary: 'List schedules with their next windows',
    answer: scheduleListSchema,
  })
  async list(@Param() params: EnvironmentParams): Promise<ScheduleList> {
    return this.#schedules.list((await this.#resolver.resolve(params)).id);
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
    @Param() params: EnvironmentParams,
    @Body(new ParsePipe(createScheduleSchema)) body: CreateSchedule,
    @CurrentUser() user: User,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ChangedSchedule> {
    const { id } = await this.#resolver.resolve(params);
    const changed = await this.#schedules.create(id, actorOf(user), body);
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
    @Param() params: EnvironmentParams,
    @Query(new ParsePipe(calendarQuerySchema)) query: CalendarQuery,
  ): Promise<Calendar> {
    return this.#schedules.calendar((await this.#resolver.resolve(params)).id, query);
  }

  @Get(':key')
  @Operation({ access: 'viewer', summary: 'Read a schedule', answer: scheduleInfoSchema })
  async read(
    @Param() params: KeyParams,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ScheduleInfo> {
    const { id } = await this.#resolver.resolve(params);
    const schedule = await this.#schedules.read(id, params.key);
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
    @Param() params: KeyParams,
    @Headers('if-match') ifMatch: string | undefined,
    @Body(new ParsePipe(editScheduleSchema)) body: EditSchedule,
    @CurrentUser() user: User,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ChangedSchedule> {
    const edit = { ...body, expectedRevision: revisionOf(ifMatch) };
    const { id } = await this.#resolver.resolve(params);
    const changed = await this.#schedules.edit(id, actorOf(user), params.key, edit);
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
    @Param() params: KeyParams,
    @Body(new ParsePipe(removeScheduleSchema)) { reason }: RemoveSchedule,
    @CurrentUser() user: User,
  ): Promise<{ seq: number }> {
    const { id } = await this.#resolver.resolve(params);
    return this.#schedules.remove(id, actorOf(user), params.key, reason);
  }
}

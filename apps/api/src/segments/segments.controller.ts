import { Body, Controller, Get, Headers, Inject, Param, Patch, Post, Res } from '@nestjs/common';
import {
  changedSegmentSchema,
  createSegmentSchema,
  editSegmentSchema,
  removeSegmentSchema,
  segmentInfoSchema,
  segmentListSchema,
  type ChangedSegment,
  type CreateSegment,
  type EditSegment,
  type RemoveSegment,
  type SegmentInfo,
  type SegmentList,
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
import { SegmentsService } from './segments.service.js';

@Controller('v1/projects/:project/environments/:environment/segments')
export class SegmentsController {
  readonly #resolver: EnvironmentResolver;
  readonly #segments: SegmentsService;

  constructor(
    @Inject(EnvironmentResolver) resolver: EnvironmentResolver,
    @Inject(SegmentsService) segments: SegmentsService,
  ) {
    this.#resolver = resolver;
    this.#segments = segments;
  }

  @Get()
  @Operation({
    access: 'viewer',
    summary: 'List segments with the breakers that name them',
    answer: segmentListSchema,
  })
  async list(@Param() params: EnvironmentParams): Promise<SegmentList> {
    return { items: await this.#segments.list((await this.#resolver.resolve(params)).id) };
  }

  @Post()
  @Operation({
    access: 'operator',
    summary: 'Create a segment',
    status: 201,
    body: createSegmentSchema,
    answer: changedSegmentSchema,
  })
  async create(
    @Param() params: EnvironmentParams,
    @Body(new ParsePipe(createSegmentSchema)) body: CreateSegment,
    @CurrentUser() user: User,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ChangedSegment> {
    const { id } = await this.#resolver.resolve(params);
    const changed = await this.#segments.create(id, actorOf(user), body);
    setEtag(reply, changed.segment);
    return changed;
  }

  @Get(':key')
  @Operation({ access: 'viewer', summary: 'Read a segment', answer: segmentInfoSchema })
  async read(
    @Param() params: KeyParams,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<SegmentInfo> {
    const { id } = await this.#resolver.resolve(params);
    const segment = await this.#segments.read(id, params.key);
    setEtag(reply, segment);
    return segment;
  }

  @Patch(':key')
  @Operation({
    access: 'operator',
    summary: 'Edit a segment, with If-Match; every breaker that names it changes at once',
    body: editSegmentSchema,
    answer: changedSegmentSchema,
  })
  async edit(
    @Param() params: KeyParams,
    @Headers('if-match') ifMatch: string | undefined,
    @Body(new ParsePipe(editSegmentSchema)) body: EditSegment,
    @CurrentUser() user: User,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ChangedSegment> {
    const edit = { ...body, expectedRevision: revisionOf(ifMatch) };
    const { id } = await this.#resolver.resolve(params);
    const changed = await this.#segments.edit(id, actorOf(user), params.key, edit);
    setEtag(reply, changed.segment);
    return changed;
  }

  @Post(':key/remove')
  @Operation({
    access: 'operator',
    summary: 'Remove a segment that no rule names',
    body: removeSegmentSchema,
  })
  async remove(
    @Param() params: KeyParams,
    @Body(new ParsePipe(removeSegmentSchema)) { reason }: RemoveSegment,
    @CurrentUser() user: User,
  ): Promise<{ seq: number }> {
    const { id } = await this.#resolver.resolve(params);
    return this.#segments.remove(id, actorOf(user), params.key, reason);
  }
}

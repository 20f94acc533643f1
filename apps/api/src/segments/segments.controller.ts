import { Body, Controller, Get, Headers, Inject, Param, Patch, Post, Res } from '@nestjs/common';
import {
  changedSegmentSchema,
  createSegmentSchema,
  editSegmentSchema,
  removeSegmentSchema,
  segmentInfoSchema,
  segmentListSchema,
  type Actor,
  type ChangedSegment,
  type CreateSegment,
  type EditSegment,
  type RemoveSegment,
  type SegmentInfo,
  type SegmentList,
} from '@recloser/protocol';
import { CurrentActor } from '../auth/current-caller.js';
import { revisionOf, setEtag, type Reply } from '../common/etag.js';
import { Operation } from '../common/operation.js';
import { ParsePipe } from '../common/parse.pipe.js';
import type { EnvironmentRef } from '../environments/environment-resolver.js';
import { Environment } from '../environments/environment.decorator.js';
import { SegmentsService } from './segments.service.js';

@Controller('v1/projects/:project/environments/:environment/segments')
export class SegmentsController {
  readonly #segments: SegmentsService;

  constructor(@Inject(SegmentsService) segments: SegmentsService) {
    this.#segments = segments;
  }

  @Get()
  @Operation({
    access: 'viewer',
    summary: 'List segments with the breakers that name them',
    answer: segmentListSchema,
  })
  async list(@Environment() { id }: EnvironmentRef): Promise<SegmentList> {
    return { items: await this.#segments.list(id) };
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
    @Environment() { id }: EnvironmentRef,
    @Body(new ParsePipe(createSegmentSchema)) body: CreateSegment,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ChangedSegment> {
    const changed = await this.#segments.create(id, actor, body);
    setEtag(reply, changed.segment);
    return changed;
  }

  @Get(':key')
  @Operation({ access: 'viewer', summary: 'Read a segment', answer: segmentInfoSchema })
  async read(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<SegmentInfo> {
    const segment = await this.#segments.read(id, key);
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
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body(new ParsePipe(editSegmentSchema)) body: EditSegment,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ChangedSegment> {
    const edit = { ...body, expectedRevision: revisionOf(ifMatch) };
    const changed = await this.#segments.edit(id, actor, key, edit);
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
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Body(new ParsePipe(removeSegmentSchema)) { reason }: RemoveSegment,
    @CurrentActor() actor: Actor,
  ): Promise<{ seq: number }> {
    return this.#segments.remove(id, actor, key, reason);
  }
}

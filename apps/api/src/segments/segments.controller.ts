import { Body, Controller, Inject, Param, Res } from '@nestjs/common';
import {
  contract,
  type Actor,
  type ChangedSegment,
  type CreateSegment,
  type EditSegment,
  type RemoveSegment,
  type SegmentInfo,
  type SegmentList,
} from '@recloser/protocol';
import { CurrentActor } from '../auth/current-caller.js';
import { setEtag, type Reply } from '../common/etag.js';
import { Revision } from '../common/revision.decorator.js';
import { Route } from '../common/route.decorator.js';
import type { EnvironmentRef } from '../environments/environment-resolver.js';
import { Environment } from '../environments/environment.decorator.js';
import { SegmentsService } from './segments.service.js';

@Controller()
export class SegmentsController {
  readonly #segments: SegmentsService;

  constructor(@Inject(SegmentsService) segments: SegmentsService) {
    this.#segments = segments;
  }

  @Route(contract.segments.list)
  async list(@Environment() { id }: EnvironmentRef): Promise<SegmentList> {
    return { items: await this.#segments.list(id) };
  }

  @Route(contract.segments.create)
  async create(
    @Environment() { id }: EnvironmentRef,
    @Body() body: CreateSegment,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ChangedSegment> {
    const changed = await this.#segments.create(id, actor, body);
    setEtag(reply, changed.segment);
    return changed;
  }

  @Route(contract.segments.read)
  async read(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<SegmentInfo> {
    const segment = await this.#segments.read(id, key);
    setEtag(reply, segment);
    return segment;
  }

  @Route(contract.segments.edit)
  async edit(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Revision() expectedRevision: number,
    @Body() body: EditSegment,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ChangedSegment> {
    const edit = { ...body, expectedRevision };
    const changed = await this.#segments.edit(id, actor, key, edit);
    setEtag(reply, changed.segment);
    return changed;
  }

  @Route(contract.segments.remove)
  async remove(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Body() { reason }: RemoveSegment,
    @CurrentActor() actor: Actor,
  ): Promise<{ seq: number }> {
    return this.#segments.remove(id, actor, key, reason);
  }
}

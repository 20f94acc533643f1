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
  archiveBreakerSchema,
  breakerDetailSchema,
  breakerPageSchema,
  changedBreakerSchema,
  createBreakerSchema,
  editBreakerSchema,
  listBreakersQuerySchema,
  type Actor,
  type ArchiveBreaker,
  type BreakerDetail,
  type BreakerPage,
  type ChangedBreaker,
  type CreateBreaker,
  type EditBreaker,
  type ListBreakersQuery,
} from '@recloser/protocol';
import { CurrentActor } from '../auth/current-caller.js';
import { revisionOf, setEtag, type Reply } from '../common/etag.js';
import { Operation } from '../common/operation.js';
import { ParsePipe } from '../common/parse.pipe.js';
import type { EnvironmentRef } from '../environments/environment-resolver.js';
import { Environment } from '../environments/environment.decorator.js';
import { BreakersService } from './breakers.service.js';

@Controller('v1/projects/:project/environments/:environment/breakers')
export class BreakersController {
  readonly #breakers: BreakersService;

  constructor(@Inject(BreakersService) breakers: BreakersService) {
    this.#breakers = breakers;
  }

  @Get()
  @Operation({
    access: 'viewer',
    summary: 'List breakers',
    query: listBreakersQuerySchema,
    answer: breakerPageSchema,
  })
  async list(
    @Environment() { id }: EnvironmentRef,
    @Query(new ParsePipe(listBreakersQuerySchema)) query: ListBreakersQuery,
  ): Promise<BreakerPage> {
    return this.#breakers.list(id, query);
  }

  @Post()
  @Operation({
    access: 'operator',
    summary: 'Create a breaker in every environment of the project',
    status: 201,
    body: createBreakerSchema,
    answer: changedBreakerSchema,
  })
  async create(
    @Environment() { id }: EnvironmentRef,
    @Body(new ParsePipe(createBreakerSchema)) body: CreateBreaker,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ChangedBreaker> {
    const changed = await this.#breakers.create(id, actor, body);
    setEtag(reply, changed.breaker);
    return changed;
  }

  @Get(':key')
  @Operation({ access: 'viewer', summary: 'Read a breaker', answer: breakerDetailSchema })
  async read(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<BreakerDetail> {
    const breaker = await this.#breakers.read(id, key);
    setEtag(reply, breaker);
    return breaker;
  }

  @Patch(':key')
  @Operation({
    access: 'operator',
    summary: 'Edit settings, with If-Match; state and counts stay',
    body: editBreakerSchema,
    answer: changedBreakerSchema,
  })
  async edit(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body(new ParsePipe(editBreakerSchema)) body: EditBreaker,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ChangedBreaker> {
    const edit = { ...body, expectedRevision: revisionOf(ifMatch) };
    const changed = await this.#breakers.edit(id, actor, key, edit);
    setEtag(reply, changed.breaker);
    return changed;
  }

  @Post(':key/archive')
  @Operation({
    access: 'admin',
    summary:
      'Take a breaker out of every environment of the project; SDKs then admit all its calls',
    body: archiveBreakerSchema,
  })
  async archive(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Body(new ParsePipe(archiveBreakerSchema)) { reason }: ArchiveBreaker,
    @CurrentActor() actor: Actor,
  ): Promise<{ seq: number }> {
    return this.#breakers.archive(id, actor, key, reason);
  }
}

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
  type ArchiveBreaker,
  type BreakerDetail,
  type BreakerPage,
  type ChangedBreaker,
  type CreateBreaker,
  type EditBreaker,
  type ListBreakersQuery,
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
import { BreakersService } from './breakers.service.js';

@Controller('v1/projects/:project/environments/:environment/breakers')
export class BreakersController {
  readonly #resolver: EnvironmentResolver;
  readonly #breakers: BreakersService;

  constructor(
    @Inject(EnvironmentResolver) resolver: EnvironmentResolver,
    @Inject(BreakersService) breakers: BreakersService,
  ) {
    this.#resolver = resolver;
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
    @Param() params: EnvironmentParams,
    @Query(new ParsePipe(listBreakersQuerySchema)) query: ListBreakersQuery,
  ): Promise<BreakerPage> {
    return this.#breakers.list((await this.#resolver.resolve(params)).id, query);
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
    @Param() params: EnvironmentParams,
    @Body(new ParsePipe(createBreakerSchema)) body: CreateBreaker,
    @CurrentUser() user: User,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ChangedBreaker> {
    const { id } = await this.#resolver.resolve(params);
    const changed = await this.#breakers.create(id, actorOf(user), body);
    setEtag(reply, changed.breaker);
    return changed;
  }

  @Get(':key')
  @Operation({ access: 'viewer', summary: 'Read a breaker', answer: breakerDetailSchema })
  async read(
    @Param() params: KeyParams,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<BreakerDetail> {
    const { id } = await this.#resolver.resolve(params);
    const breaker = await this.#breakers.read(id, params.key);
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
    @Param() params: KeyParams,
    @Headers('if-match') ifMatch: string | undefined,
    @Body(new ParsePipe(editBreakerSchema)) body: EditBreaker,
    @CurrentUser() user: User,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ChangedBreaker> {
    const edit = { ...body, expectedRevision: revisionOf(ifMatch) };
    const { id } = await this.#resolver.resolve(params);
    const changed = await this.#breakers.edit(id, actorOf(user), params.key, edit);
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
    @Param() params: KeyParams,
    @Body(new ParsePipe(archiveBreakerSchema)) { reason }: ArchiveBreaker,
    @CurrentUser() user: User,
  ): Promise<{ seq: number }> {
    const { id } = await this.#resolver.resolve(params);
    return this.#breakers.archive(id, actorOf(user), params.key, reason);
  }
}

import { Body, Controller, Inject, Param, Query, Res } from '@nestjs/common';
import {
  contract,
  type Actor,
  type ArchiveBreaker,
  type BreakerDetail,
  type BreakerPage,
  type ChangedBreaker,
  type CreateBreaker,
  type EditBreaker,
  type KeyEndingsInfo,
  type ListBreakersQuery,
} from '@recloser/protocol';
import { CurrentActor } from '../auth/current-caller.js';
import { setEtag, type Reply } from '../common/etag.js';
import { Revision } from '../common/revision.decorator.js';
import { Route } from '../common/route.decorator.js';
import type { EnvironmentRef } from '../environments/environment-resolver.js';
import { Environment } from '../environments/environment.decorator.js';
import { BreakersService } from './breakers.service.js';

@Controller()
export class BreakersController {
  readonly #breakers: BreakersService;

  constructor(@Inject(BreakersService) breakers: BreakersService) {
    this.#breakers = breakers;
  }

  @Route(contract.breakers.list)
  async list(
    @Environment() { id }: EnvironmentRef,
    @Query() query: ListBreakersQuery,
  ): Promise<BreakerPage> {
    return this.#breakers.list(id, query);
  }

  @Route(contract.breakers.create)
  async create(
    @Environment() { id }: EnvironmentRef,
    @Body() body: CreateBreaker,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ChangedBreaker> {
    const changed = await this.#breakers.create(id, actor, body);
    setEtag(reply, changed.breaker);
    return changed;
  }

  @Route(contract.breakers.read)
  async read(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<BreakerDetail> {
    const breaker = await this.#breakers.read(id, key);
    setEtag(reply, breaker);
    return breaker;
  }

  @Route(contract.breakers.cohortKeys)
  cohortKeys(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
  ): Promise<KeyEndingsInfo> {
    return this.#breakers.cohortKeys(id, key);
  }

  @Route(contract.breakers.edit)
  async edit(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Revision() expectedRevision: number,
    @Body() body: EditBreaker,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ChangedBreaker> {
    const edit = { ...body, expectedRevision };
    const changed = await this.#breakers.edit(id, actor, key, edit);
    setEtag(reply, changed.breaker);
    return changed;
  }

  @Route(contract.breakers.archive)
  async archive(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Body() { reason }: ArchiveBreaker,
    @CurrentActor() actor: Actor,
  ): Promise<{ seq: number }> {
    return this.#breakers.archive(id, actor, key, reason);
  }
}

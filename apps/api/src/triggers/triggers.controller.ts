import { Body, Controller, Inject, Param } from '@nestjs/common';
import type { Database } from '@recloser/db';
import {
  contract,
  type Actor,
  type CreateTrigger,
  type CreatedTrigger,
  type RevokeTrigger,
  type TriggerInfo,
} from '@recloser/protocol';
import { CurrentActor } from '../auth/current-caller.js';
import { Route } from '../common/route.decorator.js';
import { DATABASE } from '../common/tokens.js';
import type { EnvironmentRef } from '../environments/environment-resolver.js';
import { Environment } from '../environments/environment.decorator.js';

/** Secret URLs of an environment that monitoring systems call. */
@Controller()
export class TriggersController {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  @Route(contract.triggers.list)
  list(@Environment() { id }: EnvironmentRef): Promise<readonly TriggerInfo[]> {
    return this.db.triggers.list(id);
  }

  @Route(contract.triggers.create)
  async create(
    @Environment() { id }: EnvironmentRef,
    @Body() body: CreateTrigger,
    @CurrentActor() actor: Actor,
  ): Promise<CreatedTrigger> {
    const input = { ...body, admission: body.admission ?? null };
    const { secret, record } = await this.db.triggers.create(id, actor, input);
    return { path: `/v1/triggers/${secret}`, record };
  }

  @Route(contract.triggers.revoke)
  revoke(
    @Environment() { id: environmentId }: EnvironmentRef,
    @Param('id') id: string,
    @Body() { reason }: RevokeTrigger,
    @CurrentActor() actor: Actor,
  ): Promise<TriggerInfo> {
    return this.db.triggers.revoke(environmentId, actor, id, reason);
  }
}

import { Body, Controller, Get, Inject, Param, Post } from '@nestjs/common';
import type { Database } from '@recloser/db';
import {
  createTriggerSchema,
  createdTriggerSchema,
  revokeTriggerSchema,
  triggerInfoSchema,
  type Actor,
  type CreateTrigger,
  type CreatedTrigger,
  type RevokeTrigger,
  type TriggerInfo,
} from '@recloser/protocol';
import { z } from 'zod';
import { CurrentActor } from '../auth/current-caller.js';
import { Operation } from '../common/operation.js';
import { ParsePipe } from '../common/parse.pipe.js';
import { DATABASE } from '../common/tokens.js';
import type { EnvironmentRef } from '../environments/environment-resolver.js';
import { Environment } from '../environments/environment.decorator.js';

/** Secret URLs of an environment that monitoring systems call. */
@Controller('v1/projects/:project/environments/:environment/triggers')
export class TriggersController {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  @Get()
  @Operation({ access: 'admin', summary: 'List triggers', answer: z.array(triggerInfoSchema) })
  list(@Environment() { id }: EnvironmentRef): Promise<readonly TriggerInfo[]> {
    return this.db.triggers.list(id);
  }

  @Post()
  @Operation({
    access: 'admin',
    summary: 'Create a trigger; its path is shown this once',
    status: 201,
    body: createTriggerSchema,
    answer: createdTriggerSchema,
  })
  async create(
    @Environment() { id }: EnvironmentRef,
    @Body(new ParsePipe(createTriggerSchema)) body: CreateTrigger,
    @CurrentActor() actor: Actor,
  ): Promise<CreatedTrigger> {
    const input = { ...body, admission: body.admission ?? null };
    const { secret, record } = await this.db.triggers.create(id, actor, input);
    return { path: `/v1/triggers/${secret}`, record };
  }

  @Post(':id/revoke')
  @Operation({
    access: 'admin',
    summary: 'End a trigger for good; what it did ends at its own end',
    body: revokeTriggerSchema,
    answer: triggerInfoSchema,
  })
  revoke(
    @Environment() { id: environmentId }: EnvironmentRef,
    @Param('id') id: string,
    @Body(new ParsePipe(revokeTriggerSchema)) { reason }: RevokeTrigger,
    @CurrentActor() actor: Actor,
  ): Promise<TriggerInfo> {
    return this.db.triggers.revoke(environmentId, actor, id, reason);
  }
}

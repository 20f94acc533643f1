import { Body, Controller, Get, Inject, Param, Post } from '@nestjs/common';
import type { Backbone } from '@recloser/backbone';
import type { Database } from '@recloser/db';
import {
  apiKeySchema,
  createKeySchema,
  createdKeySchema,
  revokeKeySchema,
  type Actor,
  type ApiKey,
  type CreateKey,
  type CreatedKey,
  type RevokeKey,
} from '@recloser/protocol';
import type { Log } from '@recloser/server';
import { z } from 'zod';
import { CurrentActor } from '../auth/current-caller.js';
import { Operation } from '../common/operation.js';
import { ParsePipe } from '../common/parse.pipe.js';
import { BACKBONE, DATABASE, LOG } from '../common/tokens.js';
import { EnvironmentReplicas } from '../environments/environment-replicas.js';
import type { EnvironmentRef } from '../environments/environment-resolver.js';
import { Environment } from '../environments/environment.decorator.js';

/** SDK keys of an environment. */
@Controller('v1/projects/:project/environments/:environment/keys')
export class KeysController {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(BACKBONE) private readonly backbone: Backbone,
    @Inject(EnvironmentReplicas) private readonly replicas: EnvironmentReplicas,
    @Inject(LOG) private readonly log: Log,
  ) {}

  @Get()
  @Operation({ access: 'admin', summary: 'List SDK keys', answer: z.array(apiKeySchema) })
  async list(@Environment() { id }: EnvironmentRef): Promise<readonly ApiKey[]> {
    return this.db.keys.list(id);
  }

  @Post()
  @Operation({
    access: 'admin',
    summary: 'Create an SDK key; it is shown this once',
    status: 201,
    body: createKeySchema,
    answer: createdKeySchema,
  })
  async create(
    @Environment() { id }: EnvironmentRef,
    @Body(new ParsePipe(createKeySchema)) { name }: CreateKey,
    @CurrentActor() actor: Actor,
  ): Promise<CreatedKey> {
    return this.db.keys.create(id, actor, name);
  }

  @Post(':id/revoke')
  @Operation({
    access: 'admin',
    summary: 'End a key for good; its connections are closed',
    body: revokeKeySchema,
    answer: apiKeySchema,
  })
  async revoke(
    @Environment() { id: environmentId }: EnvironmentRef,
    @Param('id') id: string,
    @Body(new ParsePipe(revokeKeySchema)) { reason }: RevokeKey,
    @CurrentActor() actor: Actor,
  ): Promise<ApiKey> {
    const record = await this.db.keys.revoke(environmentId, actor, id, reason);
    this.replicas.find(environmentId)?.hub.closeKey(record.id);
    try {
      await this.backbone.bus.publish('keys', { environmentId, keyId: record.id });
    } catch (error) {
      // Other nodes compare their connections with the keys every few seconds.
      this.log.warn({ err: error, keyId: record.id }, 'a revoked key was not announced');
    }
    return record;
  }
}

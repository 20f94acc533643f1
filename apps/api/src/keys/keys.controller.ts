import { Body, Controller, Get, Inject, Param, Post } from '@nestjs/common';
import type { Backbone } from '@recloser/backbone';
import type { Database } from '@recloser/db';
import {
  apiKeySchema,
  createKeySchema,
  createdKeySchema,
  revokeKeySchema,
  type ApiKey,
  type CreateKey,
  type CreatedKey,
  type RevokeKey,
  type User,
} from '@recloser/protocol';
import type { Log } from '@recloser/server';
import { z } from 'zod';
import { CurrentUser } from '../auth/current-user.js';
import { actorOf } from '../common/actor.js';
import { Operation } from '../common/operation.js';
import { ParsePipe } from '../common/parse.pipe.js';
import { BACKBONE, DATABASE, LOG } from '../common/tokens.js';
import { EnvironmentReplicas } from '../replicas/environment-replicas.js';
import { EnvironmentResolver, type EnvironmentParams } from '../projects/environment-resolver.js';

/** SDK keys of an environment. */
@Controller('v1/projects/:project/environments/:environment/keys')
export class KeysController {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(BACKBONE) private readonly backbone: Backbone,
    @Inject(EnvironmentResolver) private readonly scope: EnvironmentResolver,
    @Inject(EnvironmentReplicas) private readonly replicas: EnvironmentReplicas,
    @Inject(LOG) private readonly log: Log,
  ) {}

  @Get()
  @Operation({ access: 'admin', summary: 'List SDK keys', answer: z.array(apiKeySchema) })
  async list(@Param() params: EnvironmentParams): Promise<readonly ApiKey[]> {
    return this.db.keys.list((await this.scope.resolve(params)).id);
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
    @Param() params: EnvironmentParams,
    @Body(new ParsePipe(createKeySchema)) { name }: CreateKey,
    @CurrentUser() user: User,
  ): Promise<CreatedKey> {
    const { id } = await this.scope.resolve(params);
    return this.db.keys.create(id, actorOf(user), name);
  }

  @Post(':id/revoke')
  @Operation({
    access: 'admin',
    summary: 'End a key for good; its connections are closed',
    body: revokeKeySchema,
    answer: apiKeySchema,
  })
  async revoke(
    @Param() params: EnvironmentParams & { readonly id: string },
    @Body(new ParsePipe(revokeKeySchema)) { reason }: RevokeKey,
    @CurrentUser() user: User,
  ): Promise<ApiKey> {
    const { id: environmentId } = await this.scope.resolve(params);
    const record = await this.db.keys.revoke(environmentId, actorOf(user), params.id, reason);
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

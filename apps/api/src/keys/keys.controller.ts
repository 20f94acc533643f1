import { Body, Controller, Inject, Param } from '@nestjs/common';
import type { Backbone } from '@recloser/backbone';
import type { Database } from '@recloser/db';
import {
  contract,
  type Actor,
  type ApiKey,
  type CreateKey,
  type CreatedKey,
  type RevokeKey,
} from '@recloser/protocol';
import type { Log } from '@recloser/server';
import { CurrentActor } from '../auth/current-caller.js';
import { Route } from '../common/route.decorator.js';
import { BACKBONE, DATABASE, LOG } from '../common/tokens.js';
import { EnvironmentReplicas } from '../environments/environment-replicas.js';
import type { EnvironmentRef } from '../environments/environment-resolver.js';
import { Environment } from '../environments/environment.decorator.js';

/** SDK keys of an environment. */
@Controller()
export class KeysController {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(BACKBONE) private readonly backbone: Backbone,
    @Inject(EnvironmentReplicas) private readonly replicas: EnvironmentReplicas,
    @Inject(LOG) private readonly log: Log,
  ) {}

  @Route(contract.keys.list)
  async list(@Environment() { id }: EnvironmentRef): Promise<readonly ApiKey[]> {
    return this.db.keys.list(id);
  }

  @Route(contract.keys.create)
  async create(
    @Environment() { id }: EnvironmentRef,
    @Body() { name }: CreateKey,
    @CurrentActor() actor: Actor,
  ): Promise<CreatedKey> {
    return this.db.keys.create(id, actor, name);
  }

  @Route(contract.keys.revoke)
  async revoke(
    @Environment() { id: environmentId }: EnvironmentRef,
    @Param('id') id: string,
    @Body() { reason }: RevokeKey,
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

import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import type { Backbone } from '@recloser/backbone';
import type { Database } from '@recloser/db';
import {
  convergenceSchema,
  instancePageSchema,
  instancesQuerySchema,
  serviceListSchema,
  splitSchema,
  type Convergence,
  type InstancePage,
  type InstancesQuery,
  type ServiceList,
  type Split,
} from '@recloser/protocol';
import { decodeCursor, encodeCursor } from '../common/cursor.js';
import { Operation } from '../common/operation.js';
import { ParsePipe } from '../common/parse.pipe.js';
import { BACKBONE, DATABASE } from '../common/tokens.js';
import { EnvironmentReplicas } from '../environments/environment-replicas.js';
import type { EnvironmentRef } from '../environments/environment-resolver.js';
import { Environment } from '../environments/environment.decorator.js';

/** The hub keeps each instance's own counts for so long, ms. */
const LIVE_WINDOW_MS = 10_000;
const MAX_ROWS = 500;

/** Connected SDKs and what they have applied. */
@Controller('v1/projects/:project/environments/:environment')
export class InstancesController {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(BACKBONE) private readonly backbone: Backbone,
    @Inject(EnvironmentReplicas) private readonly replicas: EnvironmentReplicas,
  ) {}

  @Get('instances')
  @Operation({
    access: 'viewer',
    summary: 'List instances',
    query: instancesQuerySchema,
    answer: instancePageSchema,
  })
  async list(
    @Environment() { id }: EnvironmentRef,
    @Query(new ParsePipe(instancesQuerySchema)) query: InstancesQuery,
  ): Promise<InstancePage> {
    const { service, gone, q, limit, cursor } = query;
    const filter = { service, gone, q, limit, after: decodeCursor(cursor) };
    const { items, next, seq } = await this.db.instances.list(id, filter);
    return { items: [...items], nextCursor: next === null ? null : encodeCursor(next), seq };
  }

  @Get('services')
  @Operation({
    access: 'viewer',
    summary: 'List services, and which breakers each has called within the last week',
    answer: serviceListSchema,
  })
  async services(@Environment() { id }: EnvironmentRef): Promise<ServiceList> {
    return this.db.services.list(id);
  }

  @Get('breakers/:key/convergence')
  @Operation({
    access: 'viewer',
    summary: 'How many instances have applied the breaker’s last change, and who has not',
    answer: convergenceSchema,
  })
  async convergence(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
  ): Promise<Convergence> {
    const { seq } = await this.db.states.get(id, key);
    const { connected, applied, behind } = await this.backbone.signals.acks(id, seq);
    return { seq, connected, applied, behind: [...behind] };
  }

  @Get('breakers/:key/instances')
  @Operation({
    access: 'viewer',
    summary: 'The last ten seconds by instance, of those connected to the node asked',
    answer: splitSchema,
  })
  split(@Environment() { id }: EnvironmentRef, @Param('key') key: string): Split {
    const items = this.replicas.find(id)?.hub.live(key) ?? [];
    return { windowMs: LIVE_WINDOW_MS, total: items.length, items: items.slice(0, MAX_ROWS) };
  }
}

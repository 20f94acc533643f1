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
import { EnvironmentReplicas } from '../replicas/environment-replicas.js';
import {
  EnvironmentResolver,
  type KeyParams,
  type EnvironmentParams,
} from '../projects/environment-resolver.js';

/** The hub keeps each instance's own counts for so long, ms. */
const LIVE_WINDOW_MS = 10_000;
const MAX_ROWS = 500;

/** Connected SDKs and what they have applied. */
@Controller('v1/projects/:project/environments/:environment')
export class InstancesController {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(BACKBONE) private readonly backbone: Backbone,
    @Inject(EnvironmentResolver) private readonly scope: EnvironmentResolver,
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
    @Param() params: EnvironmentParams,
    @Query(new ParsePipe(instancesQuerySchema)) query: InstancesQuery,
  ): Promise<InstancePage> {
    const { id } = await this.scope.resolve(params);
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
  async services(@Param() params: EnvironmentParams): Promise<ServiceList> {
    const { id } = await this.scope.resolve(params);
    return this.db.services.list(id);
  }

  @Get('breakers/:key/convergence')
  @Operation({
    access: 'viewer',
    summary: 'How many instances have applied the breaker’s last change, and who has not',
    answer: convergenceSchema,
  })
  async convergence(@Param() params: KeyParams): Promise<Convergence> {
    const { id } = await this.scope.resolve(params);
    const { seq } = await this.db.states.get(id, params.key);
    const { connected, applied, behind } = await this.backbone.signals.acks(id, seq);
    return { seq, connected, applied, behind: [...behind] };
  }

  @Get('breakers/:key/instances')
  @Operation({
    access: 'viewer',
    summary: 'The last ten seconds by instance, of those connected to the node asked',
    answer: splitSchema,
  })
  async split(@Param() params: KeyParams): Promise<Split> {
    const { id } = await this.scope.resolve(params);
    const items = this.replicas.find(id)?.hub.live(params.key) ?? [];
    return { windowMs: LIVE_WINDOW_MS, total: items.length, items: items.slice(0, MAX_ROWS) };
  }
}

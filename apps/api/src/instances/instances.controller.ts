import { Controller, Inject, Param, Query } from '@nestjs/common';
import type { Backbone } from '@recloser/backbone';
import type { Database } from '@recloser/db';
import {
  contract,
  type Convergence,
  type InstancePage,
  type InstancesQuery,
  type ServiceList,
  type Split,
} from '@recloser/protocol';
import { decodeCursor, encodeCursor } from '../common/cursor.js';
import { Route } from '../common/route.decorator.js';
import { BACKBONE, DATABASE } from '../common/tokens.js';
import { EnvironmentReplicas } from '../environments/environment-replicas.js';
import type { EnvironmentRef } from '../environments/environment-resolver.js';
import { Environment } from '../environments/environment.decorator.js';

/** The hub keeps each instance's own counts for so long, ms. */
const LIVE_WINDOW_MS = 10_000;
const MAX_ROWS = 500;

/** Connected SDKs and what they have applied. */
@Controller()
export class InstancesController {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(BACKBONE) private readonly backbone: Backbone,
    @Inject(EnvironmentReplicas) private readonly replicas: EnvironmentReplicas,
  ) {}

  @Route(contract.instances.list)
  async list(
    @Environment() { id }: EnvironmentRef,
    @Query() query: InstancesQuery,
  ): Promise<InstancePage> {
    const { service, gone, q, limit, cursor } = query;
    const filter = { service, gone, q, limit, after: decodeCursor(cursor) };
    const { items, next, seq } = await this.db.instances.list(id, filter);
    return { items: [...items], nextCursor: next === null ? null : encodeCursor(next), seq };
  }

  @Route(contract.instances.services)
  async services(@Environment() { id }: EnvironmentRef): Promise<ServiceList> {
    return this.db.services.list(id);
  }

  @Route(contract.breakers.convergence)
  async convergence(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
  ): Promise<Convergence> {
    const { seq } = await this.db.states.get(id, key);
    const { connected, applied, behind } = await this.backbone.signals.acks(id, seq);
    return { seq, connected, applied, behind: [...behind] };
  }

  @Route(contract.breakers.split)
  split(@Environment() { id }: EnvironmentRef, @Param('key') key: string): Split {
    const items = this.replicas.find(id)?.hub.live(key) ?? [];
    return { windowMs: LIVE_WINDOW_MS, total: items.length, items: items.slice(0, MAX_ROWS) };
  }
}

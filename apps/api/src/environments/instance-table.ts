import { Inject, Injectable } from '@nestjs/common';
import type { Database } from '@recloser/db';
import type { InstanceInfo } from '@recloser/hub';
import type { Log } from '@recloser/server';
import { DATABASE, LOG } from '../common/tokens.js';
import { EnvironmentReplicas } from './environment-replicas.js';
import { HUB_ID } from './hub-id.js';

/** An instance that does not change is written again after so long, so that it does not look silent. */
const REFRESH_MS = 15_000;
const BATCH = 500;

interface Written {
  readonly ackedSeq: number;
  readonly lagMs: number;
  readonly at: number;
}

/** Keeps the table of instances in step with the sockets of this node, in batches of what has changed. */
@Injectable()
export class InstanceTable {
  readonly #written = new Map<string, Written>();

  constructor(
    @Inject(HUB_ID) private readonly hubId: string,
    @Inject(DATABASE) private readonly db: Pick<Database, 'instances' | 'keys'>,
    @Inject(EnvironmentReplicas) private readonly replicas: EnvironmentReplicas,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Writes what has changed. Never rejects: the next round writes it again. */
  async write(): Promise<void> {
    for (const { environmentId, hub } of this.replicas.all) {
      try {
        await this.#closeRevoked(environmentId, hub.instances());
        await this.#upsert(environmentId, hub.instances());
        await this.#gone(environmentId, hub.takeGone());
      } catch (error) {
        this.log.warn({ err: error, environmentId }, 'instances were not written');
      }
    }
  }

  /** A revoked key is announced; this finds it when the announcement was lost. */
  async #closeRevoked(environmentId: string, instances: readonly InstanceInfo[]): Promise<void> {
    if (instances.length === 0) return;
    const used = new Set(instances.map(({ keyId }) => keyId));
    for (const { id, revokedAt } of await this.db.keys.list(environmentId)) {
      if (revokedAt !== null && used.has(id)) {
        this.replicas.find(environmentId)?.hub.closeKey(id);
      }
    }
  }

  async #upsert(environmentId: string, instances: readonly InstanceInfo[]): Promise<void> {
    const now = performance.now();
    const { hubId, db } = this;
    const changed = instances.filter((instance) => this.#differs(environmentId, instance, now));
    for (let start = 0; start < changed.length; start += BATCH) {
      const batch = changed.slice(start, start + BATCH);
      await db.instances.upsertMany(batch.map((seen) => ({ ...seen, environmentId, hubId })));
      for (const { instanceId, ackedSeq, lagMs } of batch) {
        this.#written.set(idOf(environmentId, instanceId), { ackedSeq, lagMs, at: now });
      }
    }
  }

  async #gone(environmentId: string, gone: readonly InstanceInfo[]): Promise<void> {
    if (gone.length === 0) return;
    const ids = gone.map(({ instanceId }) => instanceId);
    for (const id of ids) this.#written.delete(idOf(environmentId, id));
    await this.db.instances.markGone(environmentId, this.hubId, ids);
  }

  #differs(environmentId: string, instance: InstanceInfo, now: number): boolean {
    const last = this.#written.get(idOf(environmentId, instance.instanceId));
    return (
      last?.ackedSeq !== instance.ackedSeq ||
      last.lagMs !== instance.lagMs ||
      now - last.at >= REFRESH_MS
    );
  }
}

const idOf = (environmentId: string, instanceId: string): string =>
  `${environmentId} ${instanceId}`;

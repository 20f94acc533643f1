import { Inject, Injectable } from '@nestjs/common';
import { BUCKET_MS } from '@recloser/core';
import type { Database, ServiceUse } from '@recloser/db';
import { LIMITS, type SignalBatch } from '@recloser/protocol';
import type { Log } from '@recloser/server';
import { DATABASE, LOG } from '../common/tokens.js';

/** A use that goes on is written again after so long. */
const REFRESH_BUCKETS = 600_000 / BUCKET_MS;
const BATCH = 500;

/**
 * Which services call which breakers, as this node's hubs count their calls; written to the database when it is new,
 * and again every ten minutes. Costs a look-up for each sum that leaves a hub.
 */
@Injectable()
export class ServiceUses {
  readonly #db: Pick<Database, 'services'>;
  readonly #log: Log;
  readonly #environments = new Map<string, Known>();
  #due: ServiceUse[] = [];

  constructor(@Inject(DATABASE) db: Pick<Database, 'services'>, @Inject(LOG) log: Log) {
    this.#db = db;
    this.#log = log;
  }

  note({ environmentId, aggregates }: SignalBatch): void {
    for (const { breaker, service, bucket } of aggregates) {
      if (!this.#knownOf(environmentId, bucket).add(breaker, service)) continue;
      this.#due.push({ environmentId, breaker, service, lastUsedAt: bucket * BUCKET_MS });
    }
  }

  /** Writes what is new. Never rejects: what was not written is noted again at the next call. */
  async write(): Promise<void> {
    const due = this.#due;
    this.#due = [];
    for (let start = 0; start < due.length; start += BATCH) {
      const batch = due.slice(start, start + BATCH);
      try {
        await this.#db.services.noteUses(batch);
      } catch (error) {
        this.#log.warn({ err: error }, 'which services call which breakers was not written');
        for (const { environmentId, breaker, service } of batch) {
          this.#environments.get(environmentId)?.remove(breaker, service);
        }
      }
    }
  }

  /** Begins anew every ten minutes, so that what goes on is written again and what has ended is forgotten. */
  #knownOf(environmentId: string, bucket: number): Known {
    const known = this.#environments.get(environmentId);
    if (known !== undefined && bucket - known.since < REFRESH_BUCKETS) return known;
    const fresh = new Known(bucket);
    this.#environments.set(environmentId, fresh);
    return fresh;
  }
}

/** The uses of one environment that are written, or about to be. */
class Known {
  /** The bucket in which it began. */
  readonly since: number;
  readonly #breakers = new Map<string, Set<string>>();

  constructor(since: number) {
    this.since = since;
  }

  /** True when it is new. */
  add(breaker: string, service: string): boolean {
    const services = this.#breakers.get(breaker);
    if (services === undefined) {
      this.#breakers.set(breaker, new Set([service]));
      return true;
    }
    if (services.has(service) || services.size >= LIMITS.servicesPerBreaker) return false;
    services.add(service);
    return true;
  }

  remove(breaker: string, service: string): void {
    this.#breakers.get(breaker)?.delete(service);
  }
}

import { Inject, Injectable } from '@nestjs/common';
import type { Database } from '@recloser/db';
import type { Log } from '@recloser/server';
import { DATABASE, KEEP, LOG, type Keep } from '../tokens.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Partitions made ahead: a worker may be away for so many days before rows fall into the default one. */
const DAYS_AHEAD = 3;
/** An API node renews its instances every few seconds; those it left behind count as gone after this. */
const SILENT_MS = 30_000;
/** Instances that have gone, and what a service has called, are shown for so long. */
const SEEN_KEEP_MS = 7 * DAY_MS;

/** Makes room ahead, and removes what is older than its retention. */
@Injectable()
export class Retention {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(KEEP) private readonly keep: Keep,
    @Inject(LOG) private readonly log: Log,
  ) {}

  async run(): Promise<void> {
    const { changes, instances, rollups, services } = this.database;
    const now = Date.now();
    const partitions = await rollups.ensurePartitions(now, DAYS_AHEAD);
    const days = await rollups.dropOlderThan(now - this.keep.rollupDays * DAY_MS);
    const oldChanges = await changes.dropOlderThan(now - this.keep.changeHours * HOUR_MS);
    await instances.markSilentGone(SILENT_MS);
    const oldInstances = await instances.dropOlderThan(now - SEEN_KEEP_MS);
    const oldUses = await services.dropUsesOlderThan(now - SEEN_KEEP_MS);
    this.log.info({ partitions, days, oldChanges, oldInstances, oldUses }, 'retention is done');
  }
}

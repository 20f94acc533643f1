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

/**
 * Makes room ahead, and removes what is older than its retention: by the database's clock, so that a worker's own cannot
 * delete anything, and at most so much in one run.
 */
@Injectable()
export class Retention {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(KEEP) private readonly keep: Keep,
    @Inject(LOG) private readonly log: Log,
  ) {}

  async run(): Promise<void> {
    const { changes, instances, rollups, services } = this.database;
    const partitions = await rollups.ensurePartitions(DAYS_AHEAD);
    const { dropped: days, left } = await rollups.dropOlderThan(this.keep.rollupDays * DAY_MS);
    if (left > 0) {
      this.log.warn(
        { days, left },
        'more days of charts are old than are dropped at once: is the clock of the database right?',
      );
    }
    const oldChanges = await changes.dropOlderThan(this.keep.changeHours * HOUR_MS);
    await instances.markSilentGone(SILENT_MS);
    const oldInstances = await instances.dropOlderThan(SEEN_KEEP_MS);
    const oldUses = await services.dropUsesOlderThan(SEEN_KEEP_MS);
    this.log.info({ partitions, days, oldChanges, oldInstances, oldUses }, 'retention is done');
  }
}

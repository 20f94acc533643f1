import { Inject, Injectable } from '@nestjs/common';
import type { Database } from '@recloser/db';
import type { Log } from '@recloser/server';
import { Job, type JobHandler } from '../jobs/job.decorator.js';
import { DATABASE, LOG, SETTINGS, type Settings } from '../tokens.js';

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
@Job({ name: 'retention', everyMs: 10 * 60_000, atStart: true })
export class Retention implements JobHandler {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'keep'>,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** The first partitions must not wait for the first round: it also runs when a worker starts. */
  async run(): Promise<void> {
    const { changes, instances, rollups, services } = this.database;
    const { keep } = this.settings;
    const partitions = await rollups.ensurePartitions(DAYS_AHEAD);
    const { dropped: days, left } = await rollups.dropOlderThan(keep.rollupDays * DAY_MS);
    if (left > 0) {
      this.log.warn(
        { days, left },
        'more days of charts are old than are dropped at once: is the clock of the database right?',
      );
    }
    const oldChanges = await changes.dropOlderThan(keep.changeHours * HOUR_MS);
    await instances.markSilentGone(SILENT_MS);
    const oldInstances = await instances.dropOlderThan(SEEN_KEEP_MS);
    const oldUses = await services.dropUsesOlderThan(SEEN_KEEP_MS);
    this.log.info({ partitions, days, oldChanges, oldInstances, oldUses }, 'retention is done');
  }
}

import { Inject, Injectable } from '@nestjs/common';
import type { Database, EnvironmentSettings, SettingsStamp } from '@recloser/db';
import {
  RecloserError,
  type Actor,
  type ImportQuery,
  type ImportRequest,
  type ImportResult,
} from '@recloser/protocol';
import { createHash } from 'node:crypto';
import { DATABASE } from '../common/tokens.js';
import { EnvironmentReplicas } from '../environments/environment-replicas.js';
import { ImportThread } from './import-thread.js';

/** Files that are read at once, and that wait. */
const AT_ONCE = 1;
const WAITING = 8;
/** How often a plan is made anew because somebody changed what it was made from. */
const ATTEMPTS = 3;

/** Reads files in a thread and carries out what they say. */
@Injectable()
export class ImportService {
  readonly #db: Database;
  readonly #replicas: EnvironmentReplicas;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(
    @Inject(DATABASE) db: Database,
    @Inject(EnvironmentReplicas) replicas: EnvironmentReplicas,
  ) {
    this.#db = db;
    this.#replicas = replicas;
  }

  /** @throws RecloserError invalid_document, too_many_requests, version_conflict, or why a step cannot be done */
  async run(
    environmentId: string,
    actor: Actor,
    { document, reason, stamp: expected }: ImportRequest,
    { dryRun, prune }: ImportQuery,
  ): Promise<ImportResult> {
    await this.#enter();
    const thread = new ImportThread();
    try {
      const named = new Set(await thread.read(document));
      for (let attempt = 1; ; attempt += 1) {
        const settings = await this.#db.imports.read(environmentId);
        const stamp = stampOf(settings);
        if (expected !== undefined && expected !== stamp) throw changedSincePlan();
        const plan = await thread.plan(only(settings, named), { reason, prune });
        const check = (now: SettingsStamp) => {
          if (stampOf(now) !== stamp) throw changedMeanwhile();
          return plan;
        };
        try {
          const { heads } = await this.#db.imports.run(environmentId, actor, check, dryRun);
          await this.#replicas.announce(heads);
          return { dryRun, items: [...plan.items], stamp };
        } catch (error) {
          if (!(error instanceof ChangedMeanwhile) || attempt === ATTEMPTS) throw error;
        }
      }
    } finally {
      await thread.close();
      this.#leave();
    }
  }

  async #enter(): Promise<void> {
    if (this.#running < AT_ONCE) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= WAITING) {
      const message = 'Other files are being read. Try again.';
      throw new RecloserError('too_many_requests', message, { retryAfterMs: 2_000 });
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running -= 1;
  }
}

class ChangedMeanwhile extends RecloserError {}

const changedMeanwhile = (): ChangedMeanwhile =>
  new ChangedMeanwhile(
    'version_conflict',
    'Somebody changed the environment meanwhile. Try again.',
  );

const changedSincePlan = (): RecloserError =>
  new RecloserError(
    'version_conflict',
    'Somebody changed the environment since the plan was made. Nothing was changed: make the plan again.',
  );

/** The settings without those of breakers that the file does not name: they can be many. */
const only = (
  { breakers, segments, schedules, settings }: EnvironmentSettings,
  named: ReadonlySet<string>,
) => ({
  settings,
  segments,
  schedules,
  breakers: breakers.filter(({ key }) => named.has(key)),
  otherBreakers: breakers.map(({ key }) => key).filter((key) => !named.has(key)),
});

/** Another one after each edit. */
function stampOf({ breakers, segments, schedules, settings }: SettingsStamp): string {
  const lists = [breakers, segments, schedules].map((list) =>
    list.map(({ key, revision }) => [key, revision]),
  );
  const text = JSON.stringify([settings.revision, ...lists]);
  return createHash('sha256').update(text).digest('base64url');
}

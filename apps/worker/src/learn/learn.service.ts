import { Inject, Injectable } from '@nestjs/common';
import type { Backbone } from '@recloser/backbone';
import { learnTimeout } from '@recloser/core';
import type { Database, LoadedBreaker } from '@recloser/db';
import { isRecloserError, type Actor } from '@recloser/protocol';
import type { Log } from '@recloser/server';
import { Job, type JobHandler } from '../jobs/job.decorator.js';
import { BACKBONE, DATABASE, LOG } from '../tokens.js';

const SYSTEM: Actor = { kind: 'system', id: null, name: 'Recloser' };
const LEARNED = 'timeout.learned';
/** Somebody else was first, or it has tripped meanwhile: the next round looks again. */
const OVERTAKEN: readonly string[] = ['version_conflict', 'not_closed', 'unknown_breaker'];

/** Moves timeouts that are to be learned: an hour apart, only while closed, each change an edit in the audit log. */
@Injectable()
@Job({ name: 'learn', everyMs: 5 * 60_000 })
export class LearnService implements JobHandler {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(BACKBONE) private readonly backbone: Backbone,
    @Inject(LOG) private readonly log: Log,
  ) {}

  async run(): Promise<void> {
    for (const { id } of await this.database.environments.heads()) {
      for (const breaker of await this.database.states.load(id)) {
        if (breaker.policy.call.autoFalseRate === null || breaker.state.kind !== 'closed') continue;
        await this.#learn(breaker);
      }
    }
  }

  async #learn(breaker: LoadedBreaker): Promise<void> {
    const { environmentId, key, policy, revision, now } = breaker;
    try {
      const [healthy, lastAt] = await Promise.all([
        this.database.healthyLatencies(breaker),
        this.#lastAt(environmentId, key),
      ]);
      const learned = learnTimeout(policy.call, healthy, lastAt, now);
      if (learned === null) return;
      const { heads } = await this.database.breakers.edit(environmentId, SYSTEM, key, {
        policy: { ...policy, call: { ...policy.call, timeoutMs: learned.timeoutMs } },
        expectedRevision: revision,
        reason: learned.summary,
        learned: LEARNED,
      });
      for (const { id, seq } of heads) {
        await this.backbone.bus.publish('seq', { environmentId: id, seq });
      }
    } catch (error) {
      if (isRecloserError(error) && OVERTAKEN.includes(error.code)) return;
      this.log.warn({ err: error, environmentId, breaker: key }, 'a timeout was not learned');
    }
  }

  async #lastAt(environmentId: string, breaker: string): Promise<number | null> {
    const filter = { chain: environmentId, breaker, action: LEARNED };
    const { items } = await this.database.audit.list(filter, { limit: 1 });
    return items[0]?.at ?? null;
  }
}

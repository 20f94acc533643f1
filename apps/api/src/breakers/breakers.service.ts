import { Inject, Injectable } from '@nestjs/common';
import { suffixWarning } from '@recloser/core';
import type { BreakerChange, BreakerEdit, Database } from '@recloser/db';
import type {
  Actor,
  BreakerDetail,
  BreakerPage,
  ChangedBreaker,
  CreateBreaker,
  KeyEndingsInfo,
  ListBreakersQuery,
} from '@recloser/protocol';
import { decodeCursor, encodeCursor } from '../common/cursor.js';
import { DATABASE } from '../common/tokens.js';
import { EnvironmentReplicas } from '../environments/environment-replicas.js';
import { detailOf, summaryOf } from './breaker-model.js';
import { checkSettings } from './settings-check.js';

@Injectable()
export class BreakersService {
  readonly #db: Database;
  readonly #replicas: EnvironmentReplicas;

  constructor(
    @Inject(DATABASE) db: Database,
    @Inject(EnvironmentReplicas) replicas: EnvironmentReplicas,
  ) {
    this.#db = db;
    this.#replicas = replicas;
  }

  async list(environmentId: string, query: ListBreakersQuery): Promise<BreakerPage> {
    const { items, next, seq } = await this.#db.breakers.list(environmentId, {
      states: query.state,
      modes: query.mode,
      tags: query.tag,
      owner: query.owner,
      q: query.q,
      after: decodeCursor(query.cursor),
      limit: query.limit,
    });
    return {
      items: items.map(summaryOf),
      nextCursor: next === null ? null : encodeCursor(next),
      seq,
    };
  }

  /** @throws RecloserError unknown_breaker, corrupt_row */
  async read(environmentId: string, key: string): Promise<BreakerDetail> {
    return detailOf(await this.#db.states.get(environmentId, key));
  }

  /** @throws RecloserError unknown_breaker, corrupt_row */
  async cohortKeys(environmentId: string, key: string): Promise<KeyEndingsInfo> {
    const { meta } = await this.#db.states.get(environmentId, key);
    return this.#db.segments.keyEndings(environmentId, meta.cohortKey);
  }

  /** @throws RecloserError already_exists, invalid_policy, invalid_rules, limit_reached */
  async create(environmentId: string, actor: Actor, input: CreateBreaker): Promise<ChangedBreaker> {
    checkSettings(input);
    const change = await this.#db.breakers.create(environmentId, actor, input);
    return this.#withWarnings(
      environmentId,
      await this.#changed(environmentId, input.key, change),
      input,
    );
  }

  /** @throws RecloserError version_conflict, unknown_breaker, invalid_policy, invalid_rules */
  async edit(
    environmentId: string,
    actor: Actor,
    key: string,
    edit: BreakerEdit,
  ): Promise<ChangedBreaker> {
    checkSettings(edit);
    const change = await this.#db.breakers.edit(environmentId, actor, key, edit);
    return this.#withWarnings(environmentId, await this.#changed(environmentId, key, change), edit);
  }

  /** @throws RecloserError unknown_breaker */
  async archive(
    environmentId: string,
    actor: Actor,
    key: string,
    reason: string,
  ): Promise<{ seq: number }> {
    const { heads, change } = await this.#db.breakers.archive(environmentId, actor, key, reason);
    await this.#replicas.announce(heads);
    return { seq: change?.seq ?? 0 };
  }

  async #changed(
    environmentId: string,
    key: string,
    { change, heads }: BreakerChange,
  ): Promise<ChangedBreaker> {
    await this.#replicas.announce(heads);
    const breaker = await this.read(environmentId, key);
    return { seq: change?.seq ?? breaker.seq, breaker };
  }

  /** Only of a policy that was given: whoever edits something else is not told again. */
  async #withWarnings(
    environmentId: string,
    changed: ChangedBreaker,
    { policy }: Pick<BreakerEdit, 'policy'>,
  ): Promise<ChangedBreaker> {
    if (policy === undefined || suffixWarning(policy.recovery) === null) return changed;
    const { cohortKey } = changed.breaker;
    const seen = await this.#db.segments.keyEndings(environmentId, cohortKey);
    const warning = suffixWarning(policy.recovery, seen);
    return warning === null ? changed : { ...changed, warnings: [warning] };
  }
}

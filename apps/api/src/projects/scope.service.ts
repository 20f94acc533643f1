import { Inject, Injectable } from '@nestjs/common';
import type { Database, StoredEnvironment } from '@recloser/db';
import { DATABASE } from '../common/tokens.js';

/** The part of a path that names an environment. */
export interface ScopeParams {
  readonly project: string;
  readonly environment: string;
}

/** … and something in it by its key: a breaker, a segment, a schedule. */
export interface KeyParams extends ScopeParams {
  readonly key: string;
}

/** What never changes of an environment. */
export type Scope = Pick<StoredEnvironment, 'id' | 'key' | 'kind'>;

/** Finds environments by their place in a path. They are never removed or renamed, so one look-up lasts. */
@Injectable()
export class ScopeService {
  readonly #db: Database;
  readonly #known = new Map<string, Scope>();

  constructor(@Inject(DATABASE) db: Database) {
    this.#db = db;
  }

  /** @throws RecloserError unknown_project, unknown_environment */
  async environment({ project, environment }: ScopeParams): Promise<Scope> {
    const place = JSON.stringify([project, environment]);
    const known = this.#known.get(place);
    if (known) return known;
    const { id, key, kind } = await this.#db.environments.find(project, environment);
    const scope = { id, key, kind };
    this.#known.set(place, scope);
    return scope;
  }
}

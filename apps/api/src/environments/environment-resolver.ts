import { Inject, Injectable } from '@nestjs/common';
import type { Database, StoredEnvironment } from '@recloser/db';
import { DATABASE } from '../common/tokens.js';

/** The path parameters that name an environment. */
export interface EnvironmentParams {
  readonly project: string;
  readonly environment: string;
}

/** The fields of an environment that never change, with the key of its project. */
export type EnvironmentRef = Pick<StoredEnvironment, 'id' | 'key' | 'kind'> & {
  readonly project: string;
};

/** Resolves environments from path parameters. They are never removed or renamed, so each is looked up once. */
@Injectable()
export class EnvironmentResolver {
  readonly #db: Database;
  readonly #known = new Map<string, EnvironmentRef>();

  constructor(@Inject(DATABASE) db: Database) {
    this.#db = db;
  }

  /** @throws RecloserError unknown_project, unknown_environment */
  async resolve({ project, environment }: EnvironmentParams): Promise<EnvironmentRef> {
    const path = JSON.stringify([project, environment]);
    const known = this.#known.get(path);
    if (known) return known;
    const { id, key, kind } = await this.#db.environments.find(project, environment);
    const found = { id, key, kind, project };
    this.#known.set(path, found);
    return found;
  }
}

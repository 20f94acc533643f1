import { Body, Controller, Inject } from '@nestjs/common';
import type { Database } from '@recloser/db';
import {
  contract,
  type RemoveView,
  type SavedViewList,
  type SaveView,
  type User,
} from '@recloser/protocol';
import { CurrentUser } from '../auth/current-caller.js';
import { Route } from '../common/route.decorator.js';
import { DATABASE } from '../common/tokens.js';
import type { EnvironmentRef } from '../environments/environment-resolver.js';
import { Environment } from '../environments/environment.decorator.js';

/** The signed-in person's own views of the fleet: the same at every desk and on every phone. */
@Controller()
export class ViewsController {
  readonly #db: Database;

  constructor(@Inject(DATABASE) db: Database) {
    this.#db = db;
  }

  @Route(contract.views.list)
  async list(
    @Environment() { id: environmentId }: EnvironmentRef,
    @CurrentUser() { id: userId }: User,
  ): Promise<SavedViewList> {
    return { items: await this.#db.views.list({ userId, environmentId }) };
  }

  @Route(contract.views.save)
  async save(
    @Environment() { id: environmentId }: EnvironmentRef,
    @Body() view: SaveView,
    @CurrentUser() { id: userId }: User,
  ): Promise<SavedViewList> {
    return { items: await this.#db.views.save({ userId, environmentId }, view) };
  }

  @Route(contract.views.remove)
  async remove(
    @Environment() { id: environmentId }: EnvironmentRef,
    @Body() { name }: RemoveView,
    @CurrentUser() { id: userId }: User,
  ): Promise<SavedViewList> {
    return { items: await this.#db.views.remove({ userId, environmentId }, name) };
  }
}

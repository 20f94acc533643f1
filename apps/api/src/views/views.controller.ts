import { Body, Controller, Get, Inject, Post } from '@nestjs/common';
import type { Database } from '@recloser/db';
import {
  removeViewSchema,
  savedViewListSchema,
  saveViewSchema,
  type RemoveView,
  type SavedViewList,
  type SaveView,
  type User,
} from '@recloser/protocol';
import { CurrentUser } from '../auth/current-caller.js';
import { Operation } from '../common/operation.js';
import { ParsePipe } from '../common/parse.pipe.js';
import { DATABASE } from '../common/tokens.js';
import type { EnvironmentRef } from '../environments/environment-resolver.js';
import { Environment } from '../environments/environment.decorator.js';

/** The signed-in person's own views of the fleet: the same at every desk and on every phone. */
@Controller('v1/projects/:project/environments/:environment/views')
export class ViewsController {
  readonly #db: Database;

  constructor(@Inject(DATABASE) db: Database) {
    this.#db = db;
  }

  @Get()
  @Operation({
    access: 'viewer',
    tokens: 'none',
    summary: 'List your own views',
    answer: savedViewListSchema,
  })
  async list(
    @Environment() { id: environmentId }: EnvironmentRef,
    @CurrentUser() { id: userId }: User,
  ): Promise<SavedViewList> {
    return { items: await this.#db.views.list({ userId, environmentId }) };
  }

  @Post()
  @Operation({
    access: 'viewer',
    tokens: 'none',
    summary: 'Keep a view under a name; one of the same name is replaced',
    body: saveViewSchema,
    answer: savedViewListSchema,
  })
  async save(
    @Environment() { id: environmentId }: EnvironmentRef,
    @Body(new ParsePipe(saveViewSchema)) view: SaveView,
    @CurrentUser() { id: userId }: User,
  ): Promise<SavedViewList> {
    return { items: await this.#db.views.save({ userId, environmentId }, view) };
  }

  @Post('remove')
  @Operation({
    access: 'viewer',
    tokens: 'none',
    summary: 'Remove one of your own views',
    body: removeViewSchema,
    answer: savedViewListSchema,
  })
  async remove(
    @Environment() { id: environmentId }: EnvironmentRef,
    @Body(new ParsePipe(removeViewSchema)) { name }: RemoveView,
    @CurrentUser() { id: userId }: User,
  ): Promise<SavedViewList> {
    return { items: await this.#db.views.remove({ userId, environmentId }, name) };
  }
}

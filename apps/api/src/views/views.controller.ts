import { Body, Controller, Get, Inject, Param, Post } from '@nestjs/common';
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
import { CurrentUser } from '../auth/current-user.js';
import { Operation } from '../common/operation.js';
import { ParsePipe } from '../common/parse.pipe.js';
import { DATABASE } from '../common/tokens.js';
import { EnvironmentResolver, type EnvironmentParams } from '../projects/environment-resolver.js';

/** The signed-in person's own views of the fleet: the same at every desk and on every phone. */
@Controller('v1/projects/:project/environments/:environment/views')
export class ViewsController {
  readonly #db: Database;
  readonly #resolver: EnvironmentResolver;

  constructor(
    @Inject(DATABASE) db: Database,
    @Inject(EnvironmentResolver) resolver: EnvironmentResolver,
  ) {
    this.#db = db;
    this.#resolver = resolver;
  }

  @Get()
  @Operation({ access: 'viewer', summary: 'List your own views', answer: savedViewListSchema })
  async list(
    @Param() params: EnvironmentParams,
    @CurrentUser() user: User,
  ): Promise<SavedViewList> {
    return { items: await this.#db.views.list(await this.#of(params, user)) };
  }

  @Post()
  @Operation({
    access: 'viewer',
    summary: 'Keep a view under a name; one of the same name is replaced',
    body: saveViewSchema,
    answer: savedViewListSchema,
  })
  async save(
    @Param() params: EnvironmentParams,
    @Body(new ParsePipe(saveViewSchema)) view: SaveView,
    @CurrentUser() user: User,
  ): Promise<SavedViewList> {
    return { items: await this.#db.views.save(await this.#of(params, user), view) };
  }

  @Post('remove')
  @Operation({
    access: 'viewer',
    summary: 'Remove one of your own views',
    body: removeViewSchema,
    answer: savedViewListSchema,
  })
  async remove(
    @Param() params: EnvironmentParams,
    @Body(new ParsePipe(removeViewSchema)) { name }: RemoveView,
    @CurrentUser() user: User,
  ): Promise<SavedViewList> {
    return { items: await this.#db.views.remove(await this.#of(params, user), name) };
  }

  async #of(params: EnvironmentParams, { id: userId }: User) {
    return { userId, environmentId: (await this.#resolver.resolve(params)).id };
  }
}

import { Body, Controller, Inject, Query, Res } from '@nestjs/common';
import type { Database } from '@recloser/db';
import {
  contract,
  type Actor,
  type ImportQuery,
  type ImportRequest,
  type ImportResult,
} from '@recloser/protocol';
import { textInTurns } from '@recloser/server';
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { CurrentActor } from '../auth/current-caller.js';
import { Route } from '../common/route.decorator.js';
import { DATABASE } from '../common/tokens.js';
import type { EnvironmentRef } from '../environments/environment-resolver.js';
import { Environment } from '../environments/environment.decorator.js';
import { exportDocument } from './export-document.js';
import { ImportService } from './import.service.js';

/** Made as it is read: what an import does to 2,000 breakers is long. */
async function* textOf({ dryRun, items, stamp }: ImportResult): AsyncGenerator<string> {
  yield `{"dryRun":${dryRun},"items":[`;
  yield* textInTurns(
    items.entries(),
    ([index, item]) => (index === 0 ? '' : ',') + JSON.stringify(item),
  );
  yield `],"stamp":${JSON.stringify(stamp)}}`;
}

/** An environment's settings as one file. */
@Controller()
export class ImportController {
  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(ImportService) private readonly imports: ImportService,
  ) {}

  @Route(contract.files.export)
  async export(
    @Environment() { id, key, project }: EnvironmentRef,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const text = exportDocument(await this.db.imports.read(id));
    const name = `recloser-${project}-${key}.yaml`;
    await reply
      .type('application/yaml; charset=utf-8')
      .header('content-disposition', `attachment; filename="${name.replace(/[^\w.-]/g, '_')}"`)
      .send(Readable.from(text));
  }

  @Route(contract.files.import)
  async import(
    @Environment() { id }: EnvironmentRef,
    @Query() query: ImportQuery,
    @Body() body: ImportRequest,
    @CurrentActor() actor: Actor,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const result = await this.imports.run(id, actor, body, query);
    const text = Readable.from(textOf(result));
    await reply.status(200).type('application/json; charset=utf-8').send(text);
  }
}

import { Body, Controller, Inject, Param, Post } from '@nestjs/common';
import { segmentsFor, segmentsNamedBy, tryContext } from '@recloser/core';
import type { Database } from '@recloser/db';
import { tryResultSchema, trySchema, type TryRequest, type TryResult } from '@recloser/protocol';
import { Operation } from '../common/operation.js';
import { ParsePipe } from '../common/parse.pipe.js';
import { DATABASE } from '../common/tokens.js';
import type { EnvironmentRef } from '../environments/environment-resolver.js';
import { Environment } from '../environments/environment.decorator.js';

@Controller('v1/projects/:project/environments/:environment/breakers/:key')
export class TryController {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  /** In the body and not in the address: account ids stand in no URL and no log. */
  @Post('try')
  @Operation({
    access: 'viewer',
    summary: 'What every SDK decides for this context now',
    body: trySchema,
    answer: tryResultSchema,
  })
  async try(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Body(new ParsePipe(trySchema)) { context, instance = {} }: TryRequest,
  ): Promise<TryResult> {
    const { view, seq } = await this.db.states.get(id, key);
    const named = segmentsNamedBy(view.rules);
    const contents = named.length === 0 ? [] : await this.db.segments.contents(id, named);
    const segments = segmentsFor(contents, context, instance);
    const { rules, ...trial } = tryContext({ ...view, segments }, context, instance);
    return {
      ...trial,
      rules: rules.map((rule) => ({ ...rule, clauses: [...rule.clauses] })),
      seq,
    };
  }
}

import { Body, Controller, Inject, Param } from '@nestjs/common';
import { segmentsFor, segmentsNamedBy, tryContext } from '@recloser/core';
import type { Database } from '@recloser/db';
import { contract, type TryRequest, type TryResult } from '@recloser/protocol';
import { Route } from '../common/route.decorator.js';
import { DATABASE } from '../common/tokens.js';
import type { EnvironmentRef } from '../environments/environment-resolver.js';
import { Environment } from '../environments/environment.decorator.js';

@Controller()
export class TryController {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  @Route(contract.breakers.try)
  async try(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Body() { context, instance = {} }: TryRequest,
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

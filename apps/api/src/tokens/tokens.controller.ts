import { Body, Controller, Inject, Param } from '@nestjs/common';
import type { Database } from '@recloser/db';
import {
  contract,
  type Actor,
  type ApiToken,
  type CreateToken,
  type CreatedToken,
  type RevokeToken,
} from '@recloser/protocol';
import { CurrentActor } from '../auth/current-caller.js';
import { Route } from '../common/route.decorator.js';
import { DATABASE } from '../common/tokens.js';

/** API tokens: what programs send instead of a session. */
@Controller()
export class TokensController {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  @Route(contract.tokens.list)
  list(): Promise<readonly ApiToken[]> {
    return this.db.tokens.list();
  }

  @Route(contract.tokens.create)
  create(@Body() body: CreateToken, @CurrentActor() actor: Actor): Promise<CreatedToken> {
    const { name, role, project = null, environment = null, expiresAt } = body;
    return this.db.tokens.create(actor, { name, role, project, environment, expiresAt });
  }

  @Route(contract.tokens.revoke)
  revoke(
    @Param('id') id: string,
    @Body() { reason }: RevokeToken,
    @CurrentActor() actor: Actor,
  ): Promise<ApiToken> {
    return this.db.tokens.revoke(actor, id, reason);
  }
}

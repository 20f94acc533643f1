import { Body, Controller, Get, Inject, Param, Post } from '@nestjs/common';
import type { Database } from '@recloser/db';
import {
  apiTokenSchema,
  createTokenSchema,
  createdTokenSchema,
  revokeTokenSchema,
  type Actor,
  type ApiToken,
  type CreateToken,
  type CreatedToken,
  type RevokeToken,
} from '@recloser/protocol';
import { z } from 'zod';
import { CurrentActor } from '../auth/current-caller.js';
import { Operation } from '../common/operation.js';
import { ParsePipe } from '../common/parse.pipe.js';
import { DATABASE } from '../common/tokens.js';

/** API tokens: what programs send instead of a session. */
@Controller('v1/tokens')
export class TokensController {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  @Get()
  @Operation({ access: 'admin', summary: 'List API tokens', answer: z.array(apiTokenSchema) })
  list(): Promise<readonly ApiToken[]> {
    return this.db.tokens.list();
  }

  @Post()
  @Operation({
    access: 'admin',
    summary: 'Create an API token; it is shown this once',
    status: 201,
    body: createTokenSchema,
    answer: createdTokenSchema,
    refuses: ['unknown_project', 'unknown_environment'],
  })
  create(
    @Body(new ParsePipe(createTokenSchema)) body: CreateToken,
    @CurrentActor() actor: Actor,
  ): Promise<CreatedToken> {
    const { name, role, project = null, environment = null, expiresAt } = body;
    return this.db.tokens.create(actor, { name, role, project, environment, expiresAt });
  }

  @Post(':id/revoke')
  @Operation({
    access: 'admin',
    summary: 'End an API token for good, from its next request on',
    body: revokeTokenSchema,
    answer: apiTokenSchema,
  })
  revoke(
    @Param('id') id: string,
    @Body(new ParsePipe(revokeTokenSchema)) { reason }: RevokeToken,
    @CurrentActor() actor: Actor,
  ): Promise<ApiToken> {
    return this.db.tokens.revoke(actor, id, reason);
  }
}

import { Body, Controller, Inject, Param, Post } from '@nestjs/common';
import type { Command, Partition } from '@recloser/core';
import {
  changedBreakerSchema,
  dimSchema,
  rampSchema,
  restoreSchema,
  setModeSchema,
  tripSchema,
  type ChangedBreaker,
  type DimRequest,
  type RampRequest,
  type RestoreRequest,
  type SetModeRequest,
  type TripRequest,
  type User,
} from '@recloser/protocol';
import { CurrentUser } from '../auth/current-user.js';
import { actorOf } from '../common/actor.js';
import { Operation } from '../common/operation.js';
import { ParsePipe } from '../common/parse.pipe.js';
import { EnvironmentResolver, type KeyParams } from '../projects/environment-resolver.js';
import { CommandsService } from './commands.service.js';

interface Acting {
  readonly reason: string;
  readonly expectedVersion?: number | undefined;
  readonly scope?: Partition | undefined;
}

const answer = changedBreakerSchema;

/** What a person can do to a breaker's state. Each needs a reason and is on the record. */
@Controller('v1/projects/:project/environments/:environment/breakers/:key')
export class CommandsController {
  readonly #resolver: EnvironmentResolver;
  readonly #commands: CommandsService;

  constructor(
    @Inject(EnvironmentResolver) resolver: EnvironmentResolver,
    @Inject(CommandsService) commands: CommandsService,
  ) {
    this.#resolver = resolver;
    this.#commands = commands;
  }

  @Post('trip')
  @Operation({ access: 'operator', summary: 'Open: admit nothing', body: tripSchema, answer })
  trip(
    @Param() params: KeyParams,
    @Body(new ParsePipe(tripSchema)) body: TripRequest,
    @CurrentUser() user: User,
  ): Promise<ChangedBreaker> {
    const { until = null, keepsRules = false } = body;
    const command: Command = { type: 'trip', until, keepsRules };
    return this.#run(params, body, user, command, 'breaker.trip');
  }

  @Post('restore')
  @Operation({ access: 'operator', summary: 'Start bringing back', body: restoreSchema, answer })
  restore(
    @Param() params: KeyParams,
    @Body(new ParsePipe(restoreSchema)) body: RestoreRequest,
    @CurrentUser() user: User,
  ): Promise<ChangedBreaker> {
    return this.#run(params, body, user, { type: 'restore' }, 'breaker.restore');
  }

  @Post('dim')
  @Operation({ access: 'operator', summary: 'Admit a part, until then', body: dimSchema, answer })
  dim(
    @Param() params: KeyParams,
    @Body(new ParsePipe(dimSchema)) body: DimRequest,
    @CurrentUser() user: User,
  ): Promise<ChangedBreaker> {
    const { admission, until = null } = body;
    return this.#run(params, body, user, { type: 'dim', admission, until }, 'breaker.dim');
  }

  @Post('mode')
  @Operation({ access: 'operator', summary: 'Set who moves it', body: setModeSchema, answer })
  mode(
    @Param() params: KeyParams,
    @Body(new ParsePipe(setModeSchema)) body: SetModeRequest,
    @CurrentUser() user: User,
  ): Promise<ChangedBreaker> {
    const command: Command = { type: 'mode.set', mode: body.mode, until: body.until ?? null };
    return this.#run(params, body, user, command, 'breaker.mode');
  }

  @Post('ramp')
  @Operation({ access: 'operator', summary: 'Steer the ramp', body: rampSchema, answer })
  ramp(
    @Param() params: KeyParams,
    @Body(new ParsePipe(rampSchema)) body: RampRequest,
    @CurrentUser() user: User,
  ): Promise<ChangedBreaker> {
    return this.#run(params, body, user, rampCommand(body), `ramp.${body.action}`);
  }

  async #run(
    params: KeyParams,
    { reason, expectedVersion, scope }: Acting,
    user: User,
    command: Command,
    action: string,
  ): Promise<ChangedBreaker> {
    const { id: environmentId } = await this.#resolver.resolve(params);
    const { key } = params;
    const about = { environmentId, key, scope: scope ?? null };
    const input = { ...about, command, action, reason, expectedVersion };
    return this.#commands.run(input, actorOf(user));
  }
}

function rampCommand(body: RampRequest): Command {
  switch (body.action) {
    case 'hold':
      return { type: 'ramp.hold', until: body.until ?? null };
    case 'set':
      return { type: 'ramp.set', admission: body.admission };
    default:
      return { type: `ramp.${body.action}` };
  }
}

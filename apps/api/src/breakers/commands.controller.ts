import { Body, Controller, Inject, Param, Post } from '@nestjs/common';
import type { Command, Partition } from '@recloser/core';
import {
  changedBreakerSchema,
  dimSchema,
  rampSchema,
  restoreSchema,
  setModeSchema,
  tripSchema,
  type Actor,
  type ChangedBreaker,
  type DimRequest,
  type RampRequest,
  type RestoreRequest,
  type SetModeRequest,
  type TripRequest,
} from '@recloser/protocol';
import { CurrentActor } from '../auth/current-caller.js';
import { Operation } from '../common/operation.js';
import { ParsePipe } from '../common/parse.pipe.js';
import type { EnvironmentRef } from '../environments/environment-resolver.js';
import { Environment } from '../environments/environment.decorator.js';
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
  readonly #commands: CommandsService;

  constructor(@Inject(CommandsService) commands: CommandsService) {
    this.#commands = commands;
  }

  @Post('trip')
  @Operation({ access: 'operator', summary: 'Open: admit nothing', body: tripSchema, answer })
  trip(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Body(new ParsePipe(tripSchema)) body: TripRequest,
    @CurrentActor() actor: Actor,
  ): Promise<ChangedBreaker> {
    const { until = null, keepsRules = false } = body;
    const command: Command = { type: 'trip', until, keepsRules };
    return this.#run({ environmentId: id, key }, body, actor, command, 'breaker.trip');
  }

  @Post('restore')
  @Operation({ access: 'operator', summary: 'Start bringing back', body: restoreSchema, answer })
  restore(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Body(new ParsePipe(restoreSchema)) body: RestoreRequest,
    @CurrentActor() actor: Actor,
  ): Promise<ChangedBreaker> {
    return this.#run(
      { environmentId: id, key },
      body,
      actor,
      { type: 'restore' },
      'breaker.restore',
    );
  }

  @Post('dim')
  @Operation({ access: 'operator', summary: 'Admit a part, until then', body: dimSchema, answer })
  dim(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Body(new ParsePipe(dimSchema)) body: DimRequest,
    @CurrentActor() actor: Actor,
  ): Promise<ChangedBreaker> {
    const { admission, until = null } = body;
    return this.#run(
      { environmentId: id, key },
      body,
      actor,
      { type: 'dim', admission, until },
      'breaker.dim',
    );
  }

  @Post('mode')
  @Operation({ access: 'operator', summary: 'Set who moves it', body: setModeSchema, answer })
  mode(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Body(new ParsePipe(setModeSchema)) body: SetModeRequest,
    @CurrentActor() actor: Actor,
  ): Promise<ChangedBreaker> {
    const command: Command = { type: 'mode.set', mode: body.mode, until: body.until ?? null };
    return this.#run({ environmentId: id, key }, body, actor, command, 'breaker.mode');
  }

  @Post('ramp')
  @Operation({ access: 'operator', summary: 'Steer the ramp', body: rampSchema, answer })
  ramp(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Body(new ParsePipe(rampSchema)) body: RampRequest,
    @CurrentActor() actor: Actor,
  ): Promise<ChangedBreaker> {
    return this.#run(
      { environmentId: id, key },
      body,
      actor,
      rampCommand(body),
      `ramp.${body.action}`,
    );
  }

  async #run(
    breaker: { readonly environmentId: string; readonly key: string },
    { reason, expectedVersion, scope }: Acting,
    actor: Actor,
    command: Command,
    action: string,
  ): Promise<ChangedBreaker> {
    const about = { ...breaker, scope: scope ?? null };
    const input = { ...about, command, action, reason, expectedVersion };
    return this.#commands.run(input, actor);
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

import { Body, Controller, Inject, Param } from '@nestjs/common';
import type { Command, Partition } from '@recloser/core';
import {
  contract,
  type Actor,
  type ChangedBreaker,
  type DimRequest,
  type RampRequest,
  type RestoreRequest,
  type SetModeRequest,
  type TripRequest,
} from '@recloser/protocol';
import { CurrentActor } from '../auth/current-caller.js';
import { Route } from '../common/route.decorator.js';
import type { EnvironmentRef } from '../environments/environment-resolver.js';
import { Environment } from '../environments/environment.decorator.js';
import { CommandsService } from './commands.service.js';

interface Acting {
  readonly reason: string;
  readonly expectedVersion?: number | undefined;
  readonly scope?: Partition | undefined;
}

/** What a person can do to a breaker's state. Each needs a reason and is on the record. */
@Controller()
export class CommandsController {
  readonly #commands: CommandsService;

  constructor(@Inject(CommandsService) commands: CommandsService) {
    this.#commands = commands;
  }

  @Route(contract.breakers.trip)
  trip(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Body() body: TripRequest,
    @CurrentActor() actor: Actor,
  ): Promise<ChangedBreaker> {
    const { until = null, keepsRules = false } = body;
    const command: Command = { type: 'trip', until, keepsRules };
    return this.#run({ environmentId: id, key }, body, actor, command, 'breaker.trip');
  }

  @Route(contract.breakers.restore)
  restore(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Body() body: RestoreRequest,
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

  @Route(contract.breakers.dim)
  dim(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Body() body: DimRequest,
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

  @Route(contract.breakers.setMode)
  mode(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Body() body: SetModeRequest,
    @CurrentActor() actor: Actor,
  ): Promise<ChangedBreaker> {
    const command: Command = { type: 'mode.set', mode: body.mode, until: body.until ?? null };
    return this.#run({ environmentId: id, key }, body, actor, command, 'breaker.mode');
  }

  @Route(contract.breakers.ramp)
  ramp(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Body() body: RampRequest,
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

import { Body, Controller, Inject, Param } from '@nestjs/common';
import { contract, type TriggerAnswer } from '@recloser/protocol';
import { Route } from '../common/route.decorator.js';
import { TriggersService } from './triggers.service.js';

/** What monitoring systems call. The secret in the path is all that they need. */
@Controller()
export class TriggerCallsController {
  constructor(@Inject(TriggersService) private readonly triggers: TriggersService) {}

  @Route(contract.triggers.call)
  call(@Param('secret') secret: string, @Body() body: unknown): Promise<TriggerAnswer> {
    return this.triggers.call(secret, body);
  }
}

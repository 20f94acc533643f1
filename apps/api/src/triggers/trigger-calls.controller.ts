import { Body, Controller, Inject, Param, Post } from '@nestjs/common';
import { triggerAnswerSchema, type TriggerAnswer } from '@recloser/protocol';
import { z } from 'zod';
import { Operation } from '../common/operation.js';
import { TriggersService } from './triggers.service.js';

/** What monitoring systems call. The secret in the path is all that they need. */
@Controller('v1/triggers')
export class TriggerCallsController {
  constructor(@Inject(TriggersService) private readonly triggers: TriggersService) {}

  @Post(':secret')
  @Operation({
    access: 'public',
    summary: 'Call a trigger, with a payload of Alertmanager, Datadog, PagerDuty or Statuspage',
    body: z.looseObject({}),
    answer: triggerAnswerSchema,
    refuses: ['unknown_trigger', 'trigger_revoked', 'foreign_payload'],
  })
  call(@Param('secret') secret: string, @Body() body: unknown): Promise<TriggerAnswer> {
    return this.triggers.call(secret, body);
  }
}

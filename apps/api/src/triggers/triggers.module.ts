import { Module } from '@nestjs/common';
import { EnvironmentsModule } from '../environments/environments.module.js';
import { TriggerCallsController } from './trigger-calls.controller.js';
import { TriggerRates } from './trigger-rates.js';
import { TriggersController } from './triggers.controller.js';
import { TriggersService } from './triggers.service.js';

@Module({
  imports: [EnvironmentsModule],
  controllers: [TriggersController, TriggerCallsController],
  providers: [TriggersService, TriggerRates],
})
export class TriggersModule {}

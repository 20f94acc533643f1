import { Module } from '@nestjs/common';
import { EnvironmentsModule } from '../environments/environments.module.js';
import { BreakersController } from './breakers.controller.js';
import { BreakersService } from './breakers.service.js';
import { CommandsController } from './commands.controller.js';
import { CommandsService } from './commands.service.js';
import { TryController } from './try.controller.js';

@Module({
  imports: [EnvironmentsModule],
  controllers: [BreakersController, CommandsController, TryController],
  providers: [BreakersService, CommandsService],
})
export class BreakersModule {}

import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { EnvironmentsModule } from '../environments/environments.module.js';
import { ConsoleGateway } from './console.gateway.js';

/** What the console follows an environment by. */
@Module({
  imports: [AuthModule, EnvironmentsModule],
  providers: [ConsoleGateway],
  exports: [ConsoleGateway],
})
export class ConsoleModule {}

import { Module } from '@nestjs/common';
import { EnvironmentsModule } from '../environments/environments.module.js';
import { TimeoutController } from './timeout.controller.js';

@Module({ imports: [EnvironmentsModule], controllers: [TimeoutController] })
export class TimeoutModule {}

import { Module } from '@nestjs/common';
import { EnvironmentsModule } from '../environments/environments.module.js';
import { InstancesController } from './instances.controller.js';

@Module({ imports: [EnvironmentsModule], controllers: [InstancesController] })
export class InstancesModule {}

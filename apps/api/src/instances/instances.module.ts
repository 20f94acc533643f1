import { Module } from '@nestjs/common';
import { ProjectsModule } from '../projects/projects.module.js';
import { InstancesController } from './instances.controller.js';

@Module({ imports: [ProjectsModule], controllers: [InstancesController] })
export class InstancesModule {}

import { Module } from '@nestjs/common';
import { ProjectsModule } from '../projects/projects.module.js';
import { TimeoutController } from './timeout.controller.js';

@Module({ imports: [ProjectsModule], controllers: [TimeoutController] })
export class TimeoutModule {}

import { Module } from '@nestjs/common';
import { ProjectsModule } from '../projects/projects.module.js';
import { ChannelsController } from './channels.controller.js';

@Module({ imports: [ProjectsModule], controllers: [ChannelsController] })
export class ChannelsModule {}

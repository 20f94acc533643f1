import { Module } from '@nestjs/common';
import { EnvironmentsModule } from '../environments/environments.module.js';
import { ChannelsController } from './channels.controller.js';

@Module({ imports: [EnvironmentsModule], controllers: [ChannelsController] })
export class ChannelsModule {}

import { Module } from '@nestjs/common';
import { PollingController } from './polling.controller.js';

@Module({ controllers: [PollingController] })
export class PollingModule {}

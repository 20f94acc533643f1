import { Module } from '@nestjs/common';
import { PackageController } from './package.controller.js';
import { PollingController } from './polling.controller.js';

@Module({ controllers: [PackageController, PollingController] })
export class PollingModule {}

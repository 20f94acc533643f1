import { Module } from '@nestjs/common';
import { KeyRates } from './key-rates.js';
import { PackageController } from './package.controller.js';
import { PollingController } from './polling.controller.js';

@Module({ controllers: [PackageController, PollingController], providers: [KeyRates] })
export class PollingModule {}

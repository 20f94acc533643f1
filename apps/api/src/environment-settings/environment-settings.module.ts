import { Module } from '@nestjs/common';
import { EnvironmentsModule } from '../environments/environments.module.js';
import { EnvironmentSettingsController } from './environment-settings.controller.js';

@Module({ imports: [EnvironmentsModule], controllers: [EnvironmentSettingsController] })
export class EnvironmentSettingsModule {}

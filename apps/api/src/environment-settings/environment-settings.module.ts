import { Module } from '@nestjs/common';
import { ProjectsModule } from '../projects/projects.module.js';
import { EnvironmentSettingsController } from './environment-settings.controller.js';

@Module({ imports: [ProjectsModule], controllers: [EnvironmentSettingsController] })
export class EnvironmentSettingsModule {}

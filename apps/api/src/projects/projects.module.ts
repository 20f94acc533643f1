import { Module } from '@nestjs/common';
import { ProjectsController } from './projects.controller.js';
import { ScopeService } from './scope.service.js';

@Module({ controllers: [ProjectsController], providers: [ScopeService], exports: [ScopeService] })
export class ProjectsModule {}

import { Module } from '@nestjs/common';
import { ProjectsModule } from '../projects/projects.module.js';
import { AuditController, SystemAuditController } from './audit.controller.js';

@Module({ imports: [ProjectsModule], controllers: [AuditController, SystemAuditController] })
export class AuditModule {}

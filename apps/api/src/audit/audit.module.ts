import { Module } from '@nestjs/common';
import { EnvironmentsModule } from '../environments/environments.module.js';
import { AuditController, SystemAuditController } from './audit.controller.js';

@Module({ imports: [EnvironmentsModule], controllers: [AuditController, SystemAuditController] })
export class AuditModule {}

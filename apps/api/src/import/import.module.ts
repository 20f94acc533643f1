import { Module } from '@nestjs/common';
import { ProjectsModule } from '../projects/projects.module.js';
import { ImportController } from './import.controller.js';
import { ImportService } from './import.service.js';

@Module({ imports: [ProjectsModule], controllers: [ImportController], providers: [ImportService] })
export class ImportModule {}

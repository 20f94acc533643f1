import { Module } from '@nestjs/common';
import { ProjectsModule } from '../projects/projects.module.js';
import { ImportController } from './import.controller.js';

@Module({ imports: [ProjectsModule], controllers: [ImportController] })
export class ImportModule {}

import { Module } from '@nestjs/common';
import { ProjectsModule } from '../projects/projects.module.js';
import { ViewsController } from './views.controller.js';

@Module({ imports: [ProjectsModule], controllers: [ViewsController] })
export class ViewsModule {}

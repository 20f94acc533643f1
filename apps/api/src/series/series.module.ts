import { Module } from '@nestjs/common';
import { ProjectsModule } from '../projects/projects.module.js';
import { SeriesController } from './series.controller.js';
import { SeriesService } from './series.service.js';

@Module({
  imports: [ProjectsModule],
  controllers: [SeriesController],
  providers: [SeriesService],
})
export class SeriesModule {}

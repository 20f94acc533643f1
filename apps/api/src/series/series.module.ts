import { Module } from '@nestjs/common';
import { EnvironmentsModule } from '../environments/environments.module.js';
import { SeriesController } from './series.controller.js';
import { SeriesService } from './series.service.js';

@Module({
  imports: [EnvironmentsModule],
  controllers: [SeriesController],
  providers: [SeriesService],
})
export class SeriesModule {}

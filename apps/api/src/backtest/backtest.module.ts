import { Module } from '@nestjs/common';
import { ProjectsModule } from '../projects/projects.module.js';
import { BacktestController } from './backtest.controller.js';
import { BacktestService } from './backtest.service.js';

@Module({
  imports: [ProjectsModule],
  controllers: [BacktestController],
  providers: [BacktestService],
})
export class BacktestModule {}

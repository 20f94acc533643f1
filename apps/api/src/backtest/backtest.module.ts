import { Module } from '@nestjs/common';
import { EnvironmentsModule } from '../environments/environments.module.js';
import { BacktestController } from './backtest.controller.js';
import { BacktestService } from './backtest.service.js';

@Module({
  imports: [EnvironmentsModule],
  controllers: [BacktestController],
  providers: [BacktestService],
})
export class BacktestModule {}

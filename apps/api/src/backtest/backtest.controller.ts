import { Body, Controller, Inject, Param } from '@nestjs/common';
import { contract, type BacktestAnswer, type BacktestRequest } from '@recloser/protocol';
import { Route } from '../common/route.decorator.js';
import type { EnvironmentRef } from '../environments/environment-resolver.js';
import { Environment } from '../environments/environment.decorator.js';
import { BacktestService } from './backtest.service.js';

@Controller()
export class BacktestController {
  constructor(@Inject(BacktestService) private readonly backtests: BacktestService) {}

  @Route(contract.breakers.backtest)
  async run(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Body() body: BacktestRequest,
  ): Promise<BacktestAnswer> {
    return this.backtests.run(id, key, body);
  }
}

import { Body, Controller, Inject, Param, Post } from '@nestjs/common';
import {
  backtestResultSchema,
  backtestSchema,
  type BacktestAnswer,
  type BacktestRequest,
} from '@recloser/protocol';
import { Operation } from '../common/operation.js';
import { ParsePipe } from '../common/parse.pipe.js';
import type { EnvironmentRef } from '../environments/environment-resolver.js';
import { Environment } from '../environments/environment.decorator.js';
import { BacktestService } from './backtest.service.js';

@Controller('v1/projects/:project/environments/:environment/breakers/:key')
export class BacktestController {
  constructor(@Inject(BacktestService) private readonly backtests: BacktestService) {}

  @Post('backtest')
  @Operation({
    access: 'viewer',
    summary: 'When a policy would have opened the breaker, from stored counts; approximate',
    body: backtestSchema,
    answer: backtestResultSchema,
  })
  async run(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Body(new ParsePipe(backtestSchema)) body: BacktestRequest,
  ): Promise<BacktestAnswer> {
    return this.backtests.run(id, key, body);
  }
}

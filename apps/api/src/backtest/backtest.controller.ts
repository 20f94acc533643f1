import { Body, Controller, Inject, Param, Post } from '@nestjs/common';
import {
  backtestResultSchema,
  backtestSchema,
  type BacktestAnswer,
  type BacktestRequest,
} from '@recloser/protocol';
import { Operation } from '../common/operation.js';
import { ParsePipe } from '../common/parse.pipe.js';
import { EnvironmentResolver, type KeyParams } from '../projects/environment-resolver.js';
import { BacktestService } from './backtest.service.js';

@Controller('v1/projects/:project/environments/:environment/breakers/:key')
export class BacktestController {
  constructor(
    @Inject(EnvironmentResolver) private readonly scope: EnvironmentResolver,
    @Inject(BacktestService) private readonly backtests: BacktestService,
  ) {}

  @Post('backtest')
  @Operation({
    access: 'viewer',
    summary: 'When a policy would have opened the breaker, from stored counts; approximate',
    body: backtestSchema,
    answer: backtestResultSchema,
  })
  async run(
    @Param() params: KeyParams,
    @Body(new ParsePipe(backtestSchema)) body: BacktestRequest,
  ): Promise<BacktestAnswer> {
    return this.backtests.run((await this.scope.resolve(params)).id, params.key, body);
  }
}

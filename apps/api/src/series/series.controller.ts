import { Controller, Inject, Param, Query } from '@nestjs/common';
import { contract, type Series, type SeriesQuery } from '@recloser/protocol';
import { Route } from '../common/route.decorator.js';
import type { EnvironmentRef } from '../environments/environment-resolver.js';
import { Environment } from '../environments/environment.decorator.js';
import { SeriesService } from './series.service.js';

@Controller()
export class SeriesController {
  constructor(@Inject(SeriesService) private readonly series: SeriesService) {}

  @Route(contract.breakers.series)
  async read(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Query() query: SeriesQuery,
  ): Promise<Series> {
    return this.series.read(id, key, query);
  }
}

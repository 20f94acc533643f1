import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { seriesQuerySchema, seriesSchema, type Series, type SeriesQuery } from '@recloser/protocol';
import { Operation } from '../common/operation.js';
import { ParsePipe } from '../common/parse.pipe.js';
import { EnvironmentResolver, type KeyParams } from '../projects/environment-resolver.js';
import { SeriesService } from './series.service.js';

@Controller('v1/projects/:project/environments/:environment/breakers/:key')
export class SeriesController {
  constructor(
    @Inject(EnvironmentResolver) private readonly scope: EnvironmentResolver,
    @Inject(SeriesService) private readonly series: SeriesService,
  ) {}

  @Get('series')
  @Operation({
    access: 'viewer',
    summary: 'Counts over time, and the transitions in it',
    query: seriesQuerySchema,
    answer: seriesSchema,
  })
  async read(
    @Param() params: KeyParams,
    @Query(new ParsePipe(seriesQuerySchema)) query: SeriesQuery,
  ): Promise<Series> {
    return this.series.read((await this.scope.resolve(params)).id, params.key, query);
  }
}

import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { seriesQuerySchema, seriesSchema, type Series, type SeriesQuery } from '@recloser/protocol';
import { Operation } from '../common/operation.js';
import { ParsePipe } from '../common/parse.pipe.js';
import type { EnvironmentRef } from '../environments/environment-resolver.js';
import { Environment } from '../environments/environment.decorator.js';
import { SeriesService } from './series.service.js';

@Controller('v1/projects/:project/environments/:environment/breakers/:key')
export class SeriesController {
  constructor(@Inject(SeriesService) private readonly series: SeriesService) {}

  @Get('series')
  @Operation({
    access: 'viewer',
    summary: 'Counts over time, and the transitions in it',
    query: seriesQuerySchema,
    answer: seriesSchema,
  })
  async read(
    @Environment() { id }: EnvironmentRef,
    @Param('key') key: string,
    @Query(new ParsePipe(seriesQuerySchema)) query: SeriesQuery,
  ): Promise<Series> {
    return this.series.read(id, key, query);
  }
}

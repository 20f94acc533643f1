import { Controller, Headers, Inject, Res } from '@nestjs/common';
import { contract, RecloserError } from '@recloser/protocol';
import { tokenMatches, type Health, type Metrics } from '@recloser/server';
import type { FastifyReply } from 'fastify';
import { Route } from '../common/route.decorator.js';
import { HEALTH, METRICS, SETTINGS } from '../common/tokens.js';
import type { Settings } from '../settings.js';

@Controller()
export class HealthController {
  readonly #health: Health;
  readonly #metrics: Metrics;
  readonly #token: string | null;

  constructor(
    @Inject(HEALTH) health: Health,
    @Inject(METRICS) metrics: Metrics,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.#health = health;
    this.#metrics = metrics;
    this.#token = settings.metricsToken;
  }

  @Route(contract.health.live)
  live(): { status: string } {
    return { status: 'ok' };
  }

  @Route(contract.health.ready)
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const report = await this.#health.ready();
    await reply.code(report.status === 'ok' ? 200 : 503).send(report);
  }

  @Route(contract.health.metrics)
  async metrics(
    @Headers('authorization') authorization: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (this.#token === null) {
      throw new RecloserError('not_found', 'Set METRICS_TOKEN to have metrics here.');
    }
    if (!tokenMatches(authorization, this.#token)) {
      throw new RecloserError('unauthenticated', 'Send "Authorization: Bearer <METRICS_TOKEN>".');
    }
    await reply.type(this.#metrics.contentType).send(await this.#metrics.metrics());
  }
}

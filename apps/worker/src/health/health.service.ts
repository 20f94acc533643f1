import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Health, type HealthServer, type Log, type Metrics, serveHealth } from '@recloser/server';
import { Sweep } from '../evaluate/sweep.service.js';
import { LOG, METRICS, SETTINGS, type Settings } from '../tokens.js';

/** Serves health and metrics from the start of the worker until the last evaluation has ended. */
@Injectable()
export class HealthService implements OnApplicationBootstrap, OnApplicationShutdown {
  #server: HealthServer | null = null;

  constructor(
    @Inject(Sweep) private readonly sweep: Sweep,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(METRICS) private readonly metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { sweep, metrics, settings } = this;
    const health = new Health();
    health.add('evaluation', () => sweep.check());
    health.addLive(() => sweep.checkTurning());
    this.#server = await serveHealth({ ...settings.health, health, metrics });
    this.log.info({ healthPort: this.#server.port }, 'worker is running');
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#server?.close();
  }
}

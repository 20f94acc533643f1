import { Inject, Module, type OnModuleInit } from '@nestjs/common';
import type { Metrics } from '@recloser/server';
import { METRICS, SETTINGS } from '../common/tokens.js';
import { ConsoleGateway } from '../console/console.gateway.js';
import { ConsoleModule } from '../console/console.module.js';
import { addBreakerMetrics } from '../environments/breaker-metrics.js';
import { EnvironmentReplicas } from '../environments/environment-replicas.js';
import { EnvironmentsModule } from '../environments/environments.module.js';
import { addNodeMetrics } from '../environments/node-metrics.js';
import { SdkGateway } from '../sdk/sdk.gateway.js';
import { SdkModule } from '../sdk/sdk.module.js';
import type { Settings } from '../settings.js';

/** What this node tells Prometheus of its sockets, its hubs and their breakers. */
@Module({ imports: [ConsoleModule, EnvironmentsModule, SdkModule] })
export class MetricsModule implements OnModuleInit {
  constructor(
    @Inject(METRICS) private readonly metrics: Metrics,
    @Inject(EnvironmentReplicas) private readonly replicas: EnvironmentReplicas,
    @Inject(SdkGateway) private readonly sdk: SdkGateway,
    @Inject(ConsoleGateway) private readonly console: ConsoleGateway,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  onModuleInit(): void {
    const { metrics, replicas, sdk, settings } = this;
    addNodeMetrics(metrics, replicas, { sdk, console: this.console });
    addBreakerMetrics(metrics, () => replicas.named, settings.metricsMaxBreakers);
  }
}

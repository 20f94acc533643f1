import {
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { IntervalRunner } from '../common/interval-runner.js';
import { EnvironmentReplicas } from './environment-replicas.js';
import { EnvironmentResolver } from './environment-resolver.js';
import { HUB_ID } from './hub-id.js';
import { InstanceTable } from './instance-table.js';
import { ServiceUses } from './service-uses.js';

/** Who is connected and what they call is written so often. */
const TABLES_MS = 2_000;

/** The environments of this node: by their path, and as replicas that follow the stores while the application runs. */
@Module({
  providers: [
    { provide: HUB_ID, useFactory: () => randomUUID() },
    EnvironmentReplicas,
    EnvironmentResolver,
    InstanceTable,
    ServiceUses,
  ],
  exports: [EnvironmentReplicas, EnvironmentResolver],
})
export class EnvironmentsModule implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #replicas: EnvironmentReplicas;
  readonly #tables: IntervalRunner;

  constructor(
    @Inject(EnvironmentReplicas) replicas: EnvironmentReplicas,
    @Inject(InstanceTable) instances: InstanceTable,
    @Inject(ServiceUses) uses: ServiceUses,
  ) {
    this.#replicas = replicas;
    this.#tables = new IntervalRunner(TABLES_MS, async () => {
      await instances.write();
      await uses.write();
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.#replicas.start();
    this.#tables.start();
  }

  /** After the sockets are closed. What the hubs still hold adds to the tables, which are written last. */
  async onApplicationShutdown(): Promise<void> {
    await this.#replicas.stop();
    await this.#tables.stop();
  }
}

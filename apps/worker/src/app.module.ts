import { type DynamicModule, Module, type ValueProvider } from '@nestjs/common';
import { EvaluateModule } from './evaluate/evaluate.module.js';
import { HealthModule } from './health/health.module.js';
import { JobsModule } from './jobs/jobs.module.js';
import { LearnModule } from './learn/learn.module.js';
import { NotifyModule } from './notify/notify.module.js';
import { ProbeModule } from './probe/probe.module.js';
import { RetentionModule } from './retention/retention.module.js';
import { RollupModule } from './rollup/rollup.module.js';
import { ScheduleModule } from './schedule/schedule.module.js';

const features = [
  EvaluateModule,
  LearnModule,
  NotifyModule,
  ProbeModule,
  RetentionModule,
  RollupModule,
  ScheduleModule,
];

@Module({})
class InfrastructureModule {}

/** All that a worker does, over what the process was started with. */
@Module({ imports: [...features, JobsModule, HealthModule] })
export class AppModule {
  static over(infrastructure: readonly ValueProvider[]): DynamicModule {
    const shared: DynamicModule = {
      module: InfrastructureModule,
      global: true,
      providers: [...infrastructure],
      exports: infrastructure.map(({ provide }) => provide),
    };
    return { module: AppModule, imports: [shared] };
  }
}

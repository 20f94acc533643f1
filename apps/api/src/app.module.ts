import { Module, type DynamicModule, type ValueProvider } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuditModule } from './audit/audit.module.js';
import { AccessGuard } from './auth/access.guard.js';
import { AuthModule } from './auth/auth.module.js';
import { BacktestModule } from './backtest/backtest.module.js';
import { BreakersModule } from './breakers/breakers.module.js';
import { DocsModule } from './docs/docs.module.js';
import { EnvironmentSettingsModule } from './environment-settings/environment-settings.module.js';
import { HealthModule } from './health/health.module.js';
import { ImportModule } from './import/import.module.js';
import { InstancesModule } from './instances/instances.module.js';
import { KeysModule } from './keys/keys.module.js';
import { PeopleModule } from './people/people.module.js';
import { ProjectsModule } from './projects/projects.module.js';
import { SdkModule } from './sdk/sdk.module.js';
import { ConsoleModule } from './console/console.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { EnvironmentsModule } from './environments/environments.module.js';
import { ChannelsModule } from './channels/channels.module.js';
import { SchedulesModule } from './schedules/schedules.module.js';
import { SegmentsModule } from './segments/segments.module.js';
import { SeriesModule } from './series/series.module.js';
import { TimeoutModule } from './timeout/timeout.module.js';
import { TokensModule } from './tokens/tokens.module.js';
import { TriggersModule } from './triggers/triggers.module.js';
import { ViewsModule } from './views/views.module.js';

const features = [
  AuditModule,
  AuthModule,
  BacktestModule,
  TimeoutModule,
  TokensModule,
  TriggersModule,
  BreakersModule,
  ConsoleModule,
  DocsModule,
  EnvironmentsModule,
  EnvironmentSettingsModule,
  HealthModule,
  ImportModule,
  InstancesModule,
  KeysModule,
  MetricsModule,
  PeopleModule,
  SdkModule,
  ProjectsModule,
  ChannelsModule,
  SchedulesModule,
  SegmentsModule,
  SeriesModule,
  ViewsModule,
];

@Module({})
class InfrastructureModule {}

/** All features, over what the process was started with. */
@Module({ imports: features, providers: [{ provide: APP_GUARD, useClass: AccessGuard }] })
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

import { Module } from '@nestjs/common';
import type { Database } from '@recloser/db';
import { DATABASE } from '../common/tokens.js';
import { EnvironmentsModule } from '../environments/environments.module.js';
import { KeyRates } from './key-rates.js';
import { PackageController } from './package.controller.js';
import { PollingController } from './polling.controller.js';
import { SdkKeyAuthenticator } from './sdk-key-authenticator.js';
import { SdkGateway } from './sdk.gateway.js';

/** What SDKs connect to, by socket or by polling, and the package that they come in. */
@Module({
  imports: [EnvironmentsModule],
  controllers: [PackageController, PollingController],
  providers: [
    KeyRates,
    SdkGateway,
    {
      provide: SdkKeyAuthenticator,
      inject: [DATABASE],
      useFactory: (db: Database) => new SdkKeyAuthenticator(db.keys, () => performance.now()),
    },
  ],
  exports: [SdkGateway],
})
export class SdkModule {}

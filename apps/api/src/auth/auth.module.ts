import { Module } from '@nestjs/common';
import type { Database } from '@recloser/db';
import type { Log } from '@recloser/server';
import { DATABASE, LOG, SETTINGS } from '../common/tokens.js';
import type { Settings } from '../settings.js';
import { AuthController } from './auth.controller.js';
import { Sessions } from './sessions.js';
import { SignInAudit } from './sign-in-audit.js';
import { SignInLimits } from './sign-in-limits.js';

@Module({
  controllers: [AuthController],
  providers: [
    SignInAudit,
    SignInLimits,
    {
      provide: Sessions,
      inject: [DATABASE, LOG, SETTINGS],
      useFactory: (db: Database, log: Log, { authSecret: secret, publicUrl }: Settings) =>
        new Sessions({ database: db.authAdapter(), secret, publicUrl, log }),
    },
  ],
  exports: [Sessions],
})
export class AuthModule {}

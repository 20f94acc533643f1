import { Module } from '@nestjs/common';
import { AuthController } from './auth.controller.js';
import { SignInAudit } from './sign-in-audit.js';
import { SignInLimits } from './sign-in-limits.js';

@Module({ controllers: [AuthController], providers: [SignInAudit, SignInLimits] })
export class AuthModule {}

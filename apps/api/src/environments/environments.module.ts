import { Module } from '@nestjs/common';
import { EnvironmentResolver } from './environment-resolver.js';

@Module({ providers: [EnvironmentResolver], exports: [EnvironmentResolver] })
export class EnvironmentsModule {}

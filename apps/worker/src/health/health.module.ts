import { Module } from '@nestjs/common';
import { EvaluateModule } from '../evaluate/evaluate.module.js';
import { HealthService } from './health.service.js';

@Module({ imports: [EvaluateModule], providers: [HealthService] })
export class HealthModule {}

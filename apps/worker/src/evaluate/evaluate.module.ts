import { Module } from '@nestjs/common';
import { Sweep } from './sweep.service.js';

@Module({ providers: [Sweep], exports: [Sweep] })
export class EvaluateModule {}

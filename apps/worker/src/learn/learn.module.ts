import { Module } from '@nestjs/common';
import { LearnService } from './learn.service.js';

@Module({ providers: [LearnService] })
export class LearnModule {}

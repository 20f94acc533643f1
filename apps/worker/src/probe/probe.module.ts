import { Module } from '@nestjs/common';
import { ProbeService } from './probe.service.js';

@Module({ providers: [ProbeService] })
export class ProbeModule {}

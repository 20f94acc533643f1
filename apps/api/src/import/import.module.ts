import { Module } from '@nestjs/common';
import { EnvironmentsModule } from '../environments/environments.module.js';
import { ImportController } from './import.controller.js';
import { ImportService } from './import.service.js';

@Module({
  imports: [EnvironmentsModule],
  controllers: [ImportController],
  providers: [ImportService],
})
export class ImportModule {}

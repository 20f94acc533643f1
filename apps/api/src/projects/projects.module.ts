import { Module } from '@nestjs/common';
import { ProjectsController } from './projects.controller.js';
import { EnvironmentResolver } from './environment-resolver.js';

@Module({
  controllers: [ProjectsController],
  providers: [EnvironmentResolver],
  exports: [EnvironmentResolver],
})
export class ProjectsModule {}

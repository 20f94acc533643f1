import { Module } from '@nestjs/common';
import { ProjectsModule } from '../projects/projects.module.js';
import { KeysController } from './keys.controller.js';

@Module({ imports: [ProjectsModule], controllers: [KeysController] })
export class KeysModule {}

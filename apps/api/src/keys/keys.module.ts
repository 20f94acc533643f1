import { Module } from '@nestjs/common';
import { EnvironmentsModule } from '../environments/environments.module.js';
import { KeysController } from './keys.controller.js';

@Module({ imports: [EnvironmentsModule], controllers: [KeysController] })
export class KeysModule {}

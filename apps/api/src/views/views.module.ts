import { Module } from '@nestjs/common';
import { EnvironmentsModule } from '../environments/environments.module.js';
import { ViewsController } from './views.controller.js';

@Module({ imports: [EnvironmentsModule], controllers: [ViewsController] })
export class ViewsModule {}

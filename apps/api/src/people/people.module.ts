import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { PeopleController } from './people.controller.js';

@Module({ imports: [AuthModule], controllers: [PeopleController] })
export class PeopleModule {}

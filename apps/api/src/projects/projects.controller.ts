import { Body, Controller, Get, Inject, Param, Post } from '@nestjs/common';
import type { Database } from '@recloser/db';
import {
  createEnvironmentSchema,
  createProjectSchema,
  environmentSchema,
  meSchema,
  projectSchema,
  type CreateEnvironment,
  type CreateProject,
  type EnvironmentInfo,
  type Me,
  type Project,
  type User,
} from '@recloser/protocol';
import { z } from 'zod';
import { CurrentUser } from '../auth/current-user.js';
import { actorOf } from '../common/actor.js';
import { Operation } from '../common/operation.js';
import { ParsePipe } from '../common/parse.pipe.js';
import { DATABASE } from '../common/tokens.js';

@Controller('v1')
export class ProjectsController {
  readonly #db: Database;

  constructor(@Inject(DATABASE) db: Database) {
    this.#db = db;
  }

  @Get('me')
  @Operation({ access: 'viewer', summary: 'Who you are', answer: meSchema })
  me(@CurrentUser() user: User): Me {
    return { user };
  }

  @Get('projects')
  @Operation({
    access: 'viewer',
    summary: 'All projects with their environments',
    answer: z.array(projectSchema),
  })
  list(): Promise<readonly Project[]> {
    return this.#db.environments.list();
  }

  @Post('projects')
  @Operation({
    access: 'admin',
    summary: 'Create a project',
    status: 201,
    body: createProjectSchema,
    answer: createProjectSchema,
  })
  async createProject(
    @Body(new ParsePipe(createProjectSchema)) body: CreateProject,
    @CurrentUser() user: User,
  ): Promise<CreateProject> {
    await this.#db.environments.createProject(actorOf(user), body.key, body.name);
    return body;
  }

  @Post('projects/:project/environments')
  @Operation({
    access: 'admin',
    summary: 'Create an environment with all the project’s breakers',
    status: 201,
    body: createEnvironmentSchema,
    answer: environmentSchema,
  })
  async createEnvironment(
    @Param('project') project: string,
    @Body(new ParsePipe(createEnvironmentSchema)) body: CreateEnvironment,
    @CurrentUser() user: User,
  ): Promise<EnvironmentInfo> {
    const created = await this.#db.environments.create(actorOf(user), project, body);
    const { id, key, name, kind, seq } = created;
    return { id, key, name, kind, seq };
  }
}

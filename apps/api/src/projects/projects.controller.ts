import { Body, Controller, Get, Inject, Param, Post } from '@nestjs/common';
import type { Database } from '@recloser/db';
import {
  createEnvironmentSchema,
  createProjectSchema,
  environmentSchema,
  meSchema,
  projectSchema,
  type Actor,
  type CreateEnvironment,
  type CreateProject,
  type EnvironmentInfo,
  type Me,
  type Project,
} from '@recloser/protocol';
import { z } from 'zod';
import type { Caller } from '../auth/caller.js';
import { CurrentActor, CurrentCaller } from '../auth/current-caller.js';
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
  @Operation({ access: 'viewer', summary: 'Who you are', answer: meSchema, tokens: 'any' })
  me(@CurrentCaller() caller: Caller): Me {
    if (caller.kind === 'user') return { user: caller.user };
    const { role, ...token } = caller.token;
    return { user: { id: token.id, email: '', name: caller.actor.name, role }, token };
  }

  @Get('projects')
  @Operation({
    access: 'viewer',
    summary: 'All projects with their environments; for a limited token, those that it works in',
    answer: z.array(projectSchema),
    tokens: 'any',
  })
  async list(@CurrentCaller() caller: Caller): Promise<readonly Project[]> {
    return projectsFor(caller, await this.#db.environments.list());
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
    @CurrentActor() actor: Actor,
  ): Promise<CreateProject> {
    await this.#db.environments.createProject(actor, body.key, body.name);
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
    @CurrentActor() actor: Actor,
  ): Promise<EnvironmentInfo> {
    const created = await this.#db.environments.create(actor, project, body);
    const { id, key, name, kind, seq } = created;
    return { id, key, name, kind, seq };
  }
}

/** What a token that is limited to a project or environment may see of them. */
function projectsFor(caller: Caller, projects: readonly Project[]): readonly Project[] {
  const { project = null, environment = null } = caller.kind === 'token' ? caller.token : {};
  return projects
    .filter(({ key }) => project === null || key === project)
    .map(({ environments, ...rest }) => ({
      ...rest,
      environments: environments.filter(({ key }) => environment === null || key === environment),
    }));
}

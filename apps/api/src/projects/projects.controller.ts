import { Body, Controller, Inject, Param } from '@nestjs/common';
import type { Database } from '@recloser/db';
import {
  contract,
  type Actor,
  type CreateEnvironment,
  type CreateProject,
  type EnvironmentInfo,
  type Me,
  type Project,
} from '@recloser/protocol';
import type { Caller } from '../auth/caller.js';
import { CurrentActor, CurrentCaller } from '../auth/current-caller.js';
import { Route } from '../common/route.decorator.js';
import { DATABASE } from '../common/tokens.js';

@Controller()
export class ProjectsController {
  readonly #db: Database;

  constructor(@Inject(DATABASE) db: Database) {
    this.#db = db;
  }

  @Route(contract.projects.me)
  me(@CurrentCaller() caller: Caller): Me {
    if (caller.kind === 'user') return { user: caller.user };
    const { role, ...token } = caller.token;
    return { user: { id: token.id, email: '', name: caller.actor.name, role }, token };
  }

  @Route(contract.projects.list)
  async list(@CurrentCaller() caller: Caller): Promise<readonly Project[]> {
    return projectsFor(caller, await this.#db.environments.list());
  }

  @Route(contract.projects.create)
  async createProject(
    @Body() body: CreateProject,
    @CurrentActor() actor: Actor,
  ): Promise<CreateProject> {
    await this.#db.environments.createProject(actor, body.key, body.name);
    return body;
  }

  @Route(contract.projects.createEnvironment)
  async createEnvironment(
    @Param('project') project: string,
    @Body() body: CreateEnvironment,
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

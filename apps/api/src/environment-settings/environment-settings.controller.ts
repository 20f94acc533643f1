import { Body, Controller, Inject, Res } from '@nestjs/common';
import type { Database } from '@recloser/db';
import {
  contract,
  type Actor,
  type EditEnvironmentSettings,
  type EnvironmentSettingsInfo,
} from '@recloser/protocol';
import { CurrentActor } from '../auth/current-caller.js';
import { setEtag, type Reply } from '../common/etag.js';
import { Revision } from '../common/revision.decorator.js';
import { Route } from '../common/route.decorator.js';
import { DATABASE } from '../common/tokens.js';
import type { EnvironmentRef } from '../environments/environment-resolver.js';
import { Environment } from '../environments/environment.decorator.js';

/** What holds for all breakers of an environment. */
@Controller()
export class EnvironmentSettingsController {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  @Route(contract.environmentSettings.read)
  async read(
    @Environment() { id }: EnvironmentRef,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<EnvironmentSettingsInfo> {
    const settings = await this.db.openings.read(id);
    setEtag(reply, settings);
    return settings;
  }

  @Route(contract.environmentSettings.edit)
  async edit(
    @Environment() { id }: EnvironmentRef,
    @Revision() expectedRevision: number,
    @Body() body: EditEnvironmentSettings,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<EnvironmentSettingsInfo> {
    const edit = { ...body, expectedRevision };
    const settings = await this.db.openings.edit(id, actor, edit);
    setEtag(reply, settings);
    return settings;
  }
}

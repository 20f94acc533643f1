import { Body, Controller, Get, Headers, Inject, Patch, Res } from '@nestjs/common';
import type { Database } from '@recloser/db';
import {
  editEnvironmentSettingsSchema,
  environmentSettingsSchema,
  type Actor,
  type EditEnvironmentSettings,
  type EnvironmentSettingsInfo,
} from '@recloser/protocol';
import { CurrentActor } from '../auth/current-caller.js';
import { revisionOf, setEtag, type Reply } from '../common/etag.js';
import { Operation } from '../common/operation.js';
import { ParsePipe } from '../common/parse.pipe.js';
import { DATABASE } from '../common/tokens.js';
import type { EnvironmentRef } from '../environments/environment-resolver.js';
import { Environment } from '../environments/environment.decorator.js';

/** What holds for all breakers of an environment. */
@Controller('v1/projects/:project/environments/:environment/settings')
export class EnvironmentSettingsController {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  @Get()
  @Operation({
    access: 'viewer',
    summary: 'When automatic openings wait, and when they last did',
    answer: environmentSettingsSchema,
  })
  async read(
    @Environment() { id }: EnvironmentRef,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<EnvironmentSettingsInfo> {
    const settings = await this.db.openings.read(id);
    setEtag(reply, settings);
    return settings;
  }

  @Patch()
  @Operation({
    access: 'admin',
    summary: 'Edit the settings, with If-Match; only what is given changes',
    body: editEnvironmentSettingsSchema,
    answer: environmentSettingsSchema,
  })
  async edit(
    @Environment() { id }: EnvironmentRef,
    @Headers('if-match') ifMatch: string | undefined,
    @Body(new ParsePipe(editEnvironmentSettingsSchema)) body: EditEnvironmentSettings,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<EnvironmentSettingsInfo> {
    const edit = { ...body, expectedRevision: revisionOf(ifMatch) };
    const settings = await this.db.openings.edit(id, actor, edit);
    setEtag(reply, settings);
    return settings;
  }
}

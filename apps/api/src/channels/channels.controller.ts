import { Body, Controller, Get, Headers, Inject, Param, Patch, Post, Res } from '@nestjs/common';
import type { Database } from '@recloser/db';
import {
  channelInfoSchema,
  channelListSchema,
  createChannelSchema,
  createdChannelSchema,
  editChannelSchema,
  removeChannelSchema,
  rotateSecretSchema,
  setAsideListSchema,
  type Actor,
  type ChannelInfo,
  type ChannelList,
  type CreateChannel,
  type CreatedChannel,
  type EditChannel,
  type RemoveChannel,
  type RotateSecret,
  type SetAsideList,
} from '@recloser/protocol';
import { CurrentActor } from '../auth/current-caller.js';
import { revisionOf, setEtag, type Reply } from '../common/etag.js';
import { Operation } from '../common/operation.js';
import { ParsePipe } from '../common/parse.pipe.js';
import { DATABASE } from '../common/tokens.js';
import type { EnvironmentRef } from '../environments/environment-resolver.js';
import { Environment } from '../environments/environment.decorator.js';

/** Where notifications go. Workers send them. */
@Controller('v1/projects/:project/environments/:environment/channels')
export class ChannelsController {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  @Get()
  @Operation({
    access: 'viewer',
    summary: 'List channels, with whether their messages arrive',
    answer: channelListSchema,
  })
  async list(@Environment() { id }: EnvironmentRef): Promise<ChannelList> {
    return { items: [...(await this.db.channels.list(id))] };
  }

  @Post()
  @Operation({
    access: 'admin',
    summary: 'Create a channel; a webhook’s secret is shown this once',
    status: 201,
    body: createChannelSchema,
    answer: createdChannelSchema,
  })
  async create(
    @Environment() { id }: EnvironmentRef,
    @Body(new ParsePipe(createChannelSchema)) body: CreateChannel,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<CreatedChannel> {
    const created = await this.db.channels.create(id, actor, body);
    setEtag(reply, created.channel);
    return created;
  }

  @Patch(':id')
  @Operation({
    access: 'admin',
    summary:
      'Edit, pause or resume a channel, with If-Match; what happens while it is paused is not told',
    body: editChannelSchema,
    answer: channelInfoSchema,
  })
  async edit(
    @Environment() { id: environmentId }: EnvironmentRef,
    @Param('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body(new ParsePipe(editChannelSchema)) body: EditChannel,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ChannelInfo> {
    const edit = { ...body, expectedRevision: revisionOf(ifMatch) };
    const channel = await this.db.channels.edit(environmentId, actor, id, edit);
    setEtag(reply, channel);
    return channel;
  }

  @Post(':id/remove')
  @Operation({
    access: 'admin',
    summary: 'Remove a channel; what waits is not sent any more',
    body: removeChannelSchema,
  })
  async remove(
    @Environment() { id: environmentId }: EnvironmentRef,
    @Param('id') id: string,
    @Body(new ParsePipe(removeChannelSchema)) { reason }: RemoveChannel,
    @CurrentActor() actor: Actor,
  ): Promise<{ id: string }> {
    await this.db.channels.remove(environmentId, actor, id, reason);
    return { id };
  }

  @Get(':id/set-aside')
  @Operation({
    access: 'viewer',
    summary:
      'List the last week’s events that the receiver did not take, and why, the latest first',
    answer: setAsideListSchema,
  })
  async setAside(
    @Environment() { id: environmentId }: EnvironmentRef,
    @Param('id') id: string,
  ): Promise<SetAsideList> {
    return { items: [...(await this.db.channels.listSetAside(environmentId, id))] };
  }

  @Post(':id/rotate-secret')
  @Operation({
    access: 'admin',
    summary: 'Give a webhook a new secret, shown this once; the one before signs, too, for a while',
    body: rotateSecretSchema,
    answer: createdChannelSchema,
  })
  async rotate(
    @Environment() { id: environmentId }: EnvironmentRef,
    @Param('id') id: string,
    @Body(new ParsePipe(rotateSecretSchema)) body: RotateSecret,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<CreatedChannel> {
    const rotated = await this.db.channels.rotateSecret(environmentId, actor, id, body);
    setEtag(reply, rotated.channel);
    return rotated;
  }

  @Post(':id/test')
  @Operation({
    access: 'admin',
    summary: 'Have a test sent within seconds; the channel says under `test` whether it arrived',
    answer: channelInfoSchema,
  })
  async test(
    @Environment() { id: environmentId }: EnvironmentRef,
    @Param('id') id: string,
  ): Promise<ChannelInfo> {
    return this.db.channels.askTest(environmentId, id);
  }
}

import { Body, Controller, Inject, Param, Res } from '@nestjs/common';
import type { Database } from '@recloser/db';
import {
  contract,
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
import { setEtag, type Reply } from '../common/etag.js';
import { Revision } from '../common/revision.decorator.js';
import { Route } from '../common/route.decorator.js';
import { DATABASE } from '../common/tokens.js';
import type { EnvironmentRef } from '../environments/environment-resolver.js';
import { Environment } from '../environments/environment.decorator.js';

/** Where notifications go. Workers send them. */
@Controller()
export class ChannelsController {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  @Route(contract.channels.list)
  async list(@Environment() { id }: EnvironmentRef): Promise<ChannelList> {
    return { items: [...(await this.db.channels.list(id))] };
  }

  @Route(contract.channels.create)
  async create(
    @Environment() { id }: EnvironmentRef,
    @Body() body: CreateChannel,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<CreatedChannel> {
    const created = await this.db.channels.create(id, actor, body);
    setEtag(reply, created.channel);
    return created;
  }

  @Route(contract.channels.edit)
  async edit(
    @Environment() { id: environmentId }: EnvironmentRef,
    @Param('id') id: string,
    @Revision() expectedRevision: number,
    @Body() body: EditChannel,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<ChannelInfo> {
    const edit = { ...body, expectedRevision };
    const channel = await this.db.channels.edit(environmentId, actor, id, edit);
    setEtag(reply, channel);
    return channel;
  }

  @Route(contract.channels.remove)
  async remove(
    @Environment() { id: environmentId }: EnvironmentRef,
    @Param('id') id: string,
    @Body() { reason }: RemoveChannel,
    @CurrentActor() actor: Actor,
  ): Promise<{ id: string }> {
    await this.db.channels.remove(environmentId, actor, id, reason);
    return { id };
  }

  @Route(contract.channels.setAside)
  async setAside(
    @Environment() { id: environmentId }: EnvironmentRef,
    @Param('id') id: string,
  ): Promise<SetAsideList> {
    return { items: [...(await this.db.channels.listSetAside(environmentId, id))] };
  }

  @Route(contract.channels.rotateSecret)
  async rotate(
    @Environment() { id: environmentId }: EnvironmentRef,
    @Param('id') id: string,
    @Body() body: RotateSecret,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<CreatedChannel> {
    const rotated = await this.db.channels.rotateSecret(environmentId, actor, id, body);
    setEtag(reply, rotated.channel);
    return rotated;
  }

  @Route(contract.channels.test)
  async test(
    @Environment() { id: environmentId }: EnvironmentRef,
    @Param('id') id: string,
  ): Promise<ChannelInfo> {
    return this.db.channels.askTest(environmentId, id);
  }
}

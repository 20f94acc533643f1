import type { Millis } from '@recloser/core';
import { RecloserError, type Actor, type ChannelInfo } from '@recloser/protocol';
import { randomBytes } from 'node:crypto';
import { rows, type Queryable } from '../sql.js';
import { auditChannel, channelInfoOf, channelSettingsOf, findChannel } from './channel-rows.js';
import { lockEnvironment } from '../breakers/write-changes.js';

export interface SecretRotation {
  readonly overlapMs: Millis;
  readonly reason: string;
}

/** What messages are signed with, in the form of Standard Webhooks. */
export const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

export async function rotateSecret(
  db: Queryable,
  environmentId: string,
  actor: Actor,
  id: string,
  { overlapMs, reason }: SecretRotation,
): Promise<{ channel: ChannelInfo; secret: string }> {
  const environment = await lockEnvironment(db, environmentId);
  const before = await findChannel(db, environmentId, id);
  if (before.kind !== 'webhook') {
    const message = 'Only messages to a webhook are signed: this channel has no secret.';
    throw new RecloserError('invalid_request', message, { kind: before.kind });
  }
  const secret = newSecret();
  await rows(
    db,
    `UPDATE channel SET previous_secret = CASE WHEN $3::float8 > 0 THEN secret ELSE '' END, secret = $2,
       previous_until = CASE WHEN $3::float8 > 0 THEN clock_timestamp() + $3::float8 * interval '1 millisecond' END,
       revision = revision + 1 WHERE id = $1`,
    [id, secret, overlapMs],
  );
  const after = await findChannel(db, environmentId, id);
  const change = { before: channelSettingsOf(before), after: channelSettingsOf(after) };
  await auditChannel(db, environment, actor, { action: 'channel.rotate', reason, ...change });
  return { channel: channelInfoOf(after), secret };
}

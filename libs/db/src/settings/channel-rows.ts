import type { Millis } from '@recloser/core';
import { RecloserError, type Actor, type ChannelInfo } from '@recloser/protocol';
import { isUuid } from '../ids.js';
import { millis, readClock, rows, type Queryable } from '../sql.js';
import type { ChannelHeader } from './channel-delivery.js';
import { auditSettings } from './keyed-settings.js';
import type { LockedEnvironment } from '../breakers/write-changes.js';

export interface ChannelRow extends Omit<
  ChannelInfo,
  'host' | 'failing' | 'test' | 'headers' | 'stopped'
> {
  readonly url: string;
  readonly failingSince: Millis | null;
  readonly nextAt: Millis | null;
  readonly why: string;
  readonly testAskedAt: Millis | null;
  readonly testDoneAt: Millis | null;
  readonly testWhy: string | null;
  readonly headers: readonly ChannelHeader[];
  readonly stoppedAt: Millis | null;
  readonly stoppedWhy: string;
}

/** What was set aside longer ago is in nobody's sight any more. */
export const SET_ASIDE_SHOWN = "set_aside_at > clock_timestamp() - interval '7 days'";

const COLUMNS = `id, name, kind, url, events, tags, paused, revision, why, test_why AS "testWhy",
  ${millis('created_at')} AS "createdAt", ${millis('last_sent_at')} AS "lastSentAt",
  ${millis('failing_since')} AS "failingSince", ${millis('next_at')} AS "nextAt",
  ${millis('test_asked_at')} AS "testAskedAt", ${millis('test_done_at')} AS "testDoneAt",
  headers, ${millis('stopped_at')} AS "stoppedAt", stopped_why AS "stoppedWhy",
  CASE WHEN previous_until > clock_timestamp() THEN ${millis('previous_until')} END AS "previousSecretUntil",
  (SELECT count(*)::int FROM set_aside WHERE channel_id = channel.id AND ${SET_ASIDE_SHOWN}) AS "setAside"`;

export function selectChannels(
  db: Queryable,
  where: string,
  values: unknown[],
): Promise<ChannelRow[]> {
  return rows<ChannelRow & Record<string, unknown>>(
    db,
    `SELECT ${COLUMNS} FROM channel WHERE ${where}`,
    values,
  );
}

/** @throws RecloserError `not_found` */
export async function findChannel(
  db: Queryable,
  environmentId: string,
  id: string,
): Promise<ChannelRow> {
  const [found] =
    isUuid(environmentId) && isUuid(id)
      ? await selectChannels(db, 'environment_id = $1 AND id = $2', [environmentId, id])
      : [];
  if (found !== undefined) return found;
  const message = 'There is no such channel in this environment. It may have been removed.';
  throw new RecloserError('not_found', message, { channel: id });
}

/** A channel as it is told: without its address, secrets and values of headers. */
export function channelInfoOf(row: ChannelRow): ChannelInfo {
  const { url, failingSince, nextAt, why, testAskedAt, testDoneAt, testWhy, headers, ...others } =
    row;
  const { stoppedAt, stoppedWhy, ...info } = others;
  return {
    ...info,
    host: new URL(url).host,
    headers: headers.map(({ name }) => name),
    stopped: stoppedAt === null ? null : { at: stoppedAt, why: stoppedWhy },
    failing: failingSince === null ? null : { since: failingSince, why, nextAt },
    test:
      testAskedAt === null ? null : { requestedAt: testAskedAt, doneAt: testDoneAt, why: testWhy },
  };
}

/** What the audit log keeps: never the address or a header's value, which are secrets. */
export function channelSettingsOf(row: ChannelRow): object {
  const { name, kind, url, events, tags, paused, revision } = row;
  const headers = row.headers.map((header) => header.name);
  return { name, kind, host: new URL(url).host, events, tags, headers, paused, revision };
}

/** Writes the audit row of a change to a channel. */
export async function auditChannel(
  db: Queryable,
  environment: LockedEnvironment,
  actor: Actor,
  change: Omit<Parameters<typeof auditSettings>[2], 'at' | 'actor'>,
): Promise<void> {
  await auditSettings(db, environment, { ...change, actor, at: await readClock(db) });
}

import type { Millis } from '@recloser/core';
import {
  LIMITS,
  RecloserError,
  type Actor,
  type ChannelEvent,
  type ChannelInfo,
  type ChannelKind,
} from '@recloser/protocol';
import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { isUuid, uuidv7 } from '../ids.js';
import { millis, readClock, rows, transaction, type Queryable } from '../sql.js';
import {
  claimChannels,
  noteFailure,
  noteSent,
  noteTest,
  noteTold,
  releaseChannel,
  type ClaimedChannel,
} from './channel-delivery.js';
import { auditSettings, refuseMore, refuseStale } from './keyed-settings.js';
import { lockEnvironment, unknownEnvironment, type LockedEnvironment } from './write-changes.js';

export interface NewChannel {
  readonly name: string;
  readonly kind: ChannelKind;
  readonly url: string;
  readonly events: readonly ChannelEvent[];
  readonly tags: readonly string[];
  readonly reason: string;
}

/** What is left out stays as it is. */
export interface ChannelEdit {
  /** The revision that the editor saw. */
  readonly expectedRevision: number;
  readonly name?: string | undefined;
  readonly url?: string | undefined;
  readonly events?: readonly ChannelEvent[] | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly paused?: boolean | undefined;
  readonly reason: string;
}

export interface Channels {
  /** By name. @throws RecloserError `unknown_environment` */
  list(environmentId: string): Promise<readonly ChannelInfo[]>;
  /** @throws RecloserError `not_found` */
  get(environmentId: string, id: string): Promise<ChannelInfo>;
  /**
   * It is told what happens from now on. The secret of a webhook is answered this once; null for other kinds.
   * @throws RecloserError `already_exists`, `limit_reached`
   */
  create(
    environmentId: string,
    actor: Actor,
    channel: NewChannel,
  ): Promise<{ readonly channel: ChannelInfo; readonly secret: string | null }>;
  /**
   * What happened while it was paused is not told afterwards; what waits after failures is tried again at once.
   * @throws RecloserError `not_found`, `already_exists`, `version_conflict` with `{ expected, actual }`
   */
  edit(environmentId: string, actor: Actor, id: string, edit: ChannelEdit): Promise<ChannelInfo>;
  /** What waits is not sent any more. @throws RecloserError `not_found` */
  remove(environmentId: string, actor: Actor, id: string, reason: string): Promise<void>;
  /** Has a worker send a test; what waits after failures is tried again, too. @throws RecloserError `not_found` */
  askTest(environmentId: string, id: string): Promise<ChannelInfo>;
  /** Channels with something to send, for `leaseMs`; nobody else gets them meanwhile. */
  claim(limit: number, leaseMs: number): Promise<readonly ClaimedChannel[]>;
  /** Events up to `chainSeq` were sent, or are not to be. */
  told(channel: ClaimedChannel, chainSeq: number): Promise<void>;
  /** The event was sent just now. */
  sent(channel: ClaimedChannel, chainSeq: number): Promise<void>;
  /** It could not be sent; it is tried again after `waitMs`. */
  failed(channel: ClaimedChannel, why: string, waitMs: number): Promise<void>;
  /** `why` null: the test arrived. */
  tested(channel: ClaimedChannel, why: string | null): Promise<void>;
  /** Others may have it before its lease ends. */
  release(channel: ClaimedChannel): Promise<void>;
}

export function createChannels(pool: Pool): Channels {
  return {
    list: async (environmentId) => {
      if (!isUuid(environmentId)) throw unknownEnvironment(environmentId);
      const found = await select(pool, 'environment_id = $1 ORDER BY name', [environmentId]);
      return found.map(infoOf);
    },
    get: async (environmentId, id) => infoOf(await find(pool, environmentId, id)),
    create: (environmentId, actor, channel) =>
      transaction(pool, (db) => create(db, environmentId, actor, channel)),
    edit: (environmentId, actor, id, edit) =>
      transaction(pool, (db) => editIn(db, environmentId, actor, id, edit)),
    remove: (environmentId, actor, id, reason) =>
      transaction(pool, (db) => remove(db, environmentId, actor, id, reason)),
    askTest: async (environmentId, id) => {
      await find(pool, environmentId, id);
      await rows(
        pool,
        `UPDATE channel SET test_asked_at = clock_timestamp(), test_done_at = NULL, test_why = NULL, next_at = NULL
         WHERE environment_id = $1 AND id = $2`,
        [environmentId, id],
      );
      return infoOf(await find(pool, environmentId, id));
    },
    claim: (limit, leaseMs) => claimChannels(pool, limit, leaseMs),
    told: (channel, chainSeq) => noteTold(pool, channel, chainSeq),
    sent: (channel, chainSeq) => noteSent(pool, channel, chainSeq),
    failed: (channel, why, waitMs) => noteFailure(pool, channel, why, waitMs),
    tested: (channel, why) => noteTest(pool, channel, why),
    release: (channel) => releaseChannel(pool, channel),
  };
}

interface ChannelRow extends Omit<ChannelInfo, 'host' | 'failing' | 'test'> {
  readonly url: string;
  readonly failingSince: Millis | null;
  readonly nextAt: Millis | null;
  readonly why: string;
  readonly testAskedAt: Millis | null;
  readonly testDoneAt: Millis | null;
  readonly testWhy: string | null;
}

const COLUMNS = `id, name, kind, url, events, tags, paused, revision, why, test_why AS "testWhy",
  ${millis('created_at')} AS "createdAt", ${millis('last_sent_at')} AS "lastSentAt",
  ${millis('failing_since')} AS "failingSince", ${millis('next_at')} AS "nextAt",
  ${millis('test_asked_at')} AS "testAskedAt", ${millis('test_done_at')} AS "testDoneAt"`;

function select(db: Queryable, where: string, values: unknown[]): Promise<ChannelRow[]> {
  return rows<ChannelRow & Record<string, unknown>>(
    db,
    `SELECT ${COLUMNS} FROM channel WHERE ${where}`,
    values,
  );
}

async function find(db: Queryable, environmentId: string, id: string): Promise<ChannelRow> {
  const [found] =
    isUuid(environmentId) && isUuid(id)
      ? await select(db, 'environment_id = $1 AND id = $2', [environmentId, id])
      : [];
  if (found !== undefined) return found;
  const message = 'There is no such channel in this environment. It may have been removed.';
  throw new RecloserError('not_found', message, { channel: id });
}

function infoOf(row: ChannelRow): ChannelInfo {
  const { url, failingSince, nextAt, why, testAskedAt, testDoneAt, testWhy, ...info } = row;
  return {
    ...info,
    host: new URL(url).host,
    failing: failingSince === null ? null : { since: failingSince, why, nextAt },
    test:
      testAskedAt === null ? null : { requestedAt: testAskedAt, doneAt: testDoneAt, why: testWhy },
  };
}

/** What the audit log keeps: never the address, which is a secret. */
function settingsOf({ name, kind, url, events, tags, paused, revision }: ChannelRow): object {
  return { name, kind, host: new URL(url).host, events, tags, paused, revision };
}

async function create(
  db: Queryable,
  environmentId: string,
  actor: Actor,
  { name, kind, url, events, tags, reason }: NewChannel,
): Promise<{ channel: ChannelInfo; secret: string | null }> {
  const environment = await lockEnvironment(db, environmentId);
  await refuseName(db, environmentId, name);
  const id = uuidv7(await readClock(db));
  const secret = kind === 'webhook' ? `whsec_${randomBytes(32).toString('base64')}` : null;
  await rows(
    db,
    `INSERT INTO channel (id, environment_id, name, kind, url, secret, events, tags, told_seq)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    // The event of its own creation is not told.
    [id, environmentId, name, kind, url, secret ?? '', events, tags, environment.auditSeq + 1],
  );
  const made = await find(db, environmentId, id);
  const change = { action: 'channel.create', reason, before: null, after: settingsOf(made) };
  await audit(db, environment, actor, change);
  return { channel: infoOf(made), secret };
}

/** @throws RecloserError `already_exists`, `limit_reached` */
async function refuseName(db: Queryable, environmentId: string, name: string): Promise<void> {
  const known = await select(db, 'environment_id = $1', [environmentId]);
  refuseMore(name, {
    kind: 'channel',
    known: known.map((one) => one.name),
    limit: LIMITS.channelsPerEnvironment,
    spare: 'not needed',
  });
}

async function editIn(
  db: Queryable,
  environmentId: string,
  actor: Actor,
  id: string,
  edit: ChannelEdit,
): Promise<ChannelInfo> {
  const environment = await lockEnvironment(db, environmentId);
  const before = await find(db, environmentId, id);
  refuseStale({ key: before.name, revision: before.revision }, edit.expectedRevision);
  const { name = before.name, url = before.url, events = before.events } = edit;
  const { tags = before.tags, paused = before.paused } = edit;
  if (name !== before.name) await refuseTaken(db, environmentId, name);
  await rows(
    db,
    `UPDATE channel SET name = $3, url = $4, events = $5, tags = $6, paused = $7, revision = revision + 1,
       next_at = NULL, told_seq = CASE WHEN paused AND NOT $7 THEN $8 ELSE told_seq END
     WHERE environment_id = $1 AND id = $2`,
    [environmentId, id, name, url, events, tags, paused, environment.auditSeq],
  );
  const after = await find(db, environmentId, id);
  const change = { before: settingsOf(before), after: settingsOf(after) };
  await audit(db, environment, actor, { action: 'channel.edit', reason: edit.reason, ...change });
  return infoOf(after);
}

async function refuseTaken(db: Queryable, environmentId: string, name: string): Promise<void> {
  const [taken] = await select(db, 'environment_id = $1 AND name = $2', [environmentId, name]);
  if (taken === undefined) return;
  const message = `There is a channel "${name}" already. Choose another name.`;
  throw new RecloserError('already_exists', message, { channel: name });
}

async function remove(
  db: Queryable,
  environmentId: string,
  actor: Actor,
  id: string,
  reason: string,
): Promise<void> {
  const environment = await lockEnvironment(db, environmentId);
  const before = await find(db, environmentId, id);
  await rows(db, `DELETE FROM channel WHERE environment_id = $1 AND id = $2`, [environmentId, id]);
  const change = { action: 'channel.remove', reason, before: settingsOf(before), after: null };
  await audit(db, environment, actor, change);
}

async function audit(
  db: Queryable,
  environment: LockedEnvironment,
  actor: Actor,
  change: Omit<Parameters<typeof auditSettings>[2], 'at' | 'actor'>,
): Promise<void> {
  await auditSettings(db, environment, { ...change, actor, at: await readClock(db) });
}

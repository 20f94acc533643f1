import {
  LIMITS,
  RecloserError,
  type Actor,
  type ChannelEvent,
  type ChannelInfo,
  type ChannelKind,
  type SetAside,
} from '@recloser/protocol';
import type { Pool } from 'pg';
import { isUuid, uuidv7 } from '../ids.js';
import { readClock, rows, transaction, type Queryable } from '../sql.js';
import {
  claimChannels,
  noteFailure,
  noteSent,
  noteTest,
  noteDelivered,
  releaseChannel,
  type ChannelHeader,
  type ClaimedChannel,
} from './channel-delivery.js';
import {
  auditChannel,
  channelInfoOf,
  channelSettingsOf,
  findChannel,
  selectChannels,
} from './channel-rows.js';
import {
  listSetAside,
  noteSetAside,
  stopChannel,
  type SetAsideEvent,
} from './channel-set-aside.js';
import { newSecret, rotateSecret, type SecretRotation } from './channel-secret.js';
import { assertCapacity, assertRevision } from './keyed-settings.js';
import { lockEnvironment, unknownEnvironment } from '../breakers/write-changes.js';

export interface NewChannel {
  readonly name: string;
  readonly kind: ChannelKind;
  readonly url: string;
  readonly events: readonly ChannelEvent[];
  readonly tags: readonly string[];
  readonly headers?: readonly ChannelHeader[] | undefined;
  readonly reason: string;
}

interface EditedHeader {
  readonly name: string;
  readonly value?: string | undefined;
}

/** What is left out stays as it is. */
export interface ChannelEdit {
  /** The revision that the editor saw. */
  readonly expectedRevision: number;
  readonly name?: string | undefined;
  readonly url?: string | undefined;
  readonly events?: readonly ChannelEvent[] | undefined;
  readonly tags?: readonly string[] | undefined;
  /** All of them; a header without a value keeps the one that it has. */
  readonly headers?: readonly EditedHeader[] | undefined;
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
  /**
   * Makes a new secret, answered this once. For `overlapMs` messages are signed with the one before, too.
   * @throws RecloserError `not_found`, `invalid_request` for a kind that signs nothing
   */
  rotateSecret(
    environmentId: string,
    actor: Actor,
    id: string,
    rotation: SecretRotation,
  ): Promise<{ readonly channel: ChannelInfo; readonly secret: string }>;
  /** Events of the last week that its receiver did not take, the latest first. @throws RecloserError `not_found` */
  listSetAside(environmentId: string, id: string): Promise<readonly SetAside[]>;
  /** What waits is not sent any more. @throws RecloserError `not_found` */
  remove(environmentId: string, actor: Actor, id: string, reason: string): Promise<void>;
  /** Has a worker send a test; what waits after failures is tried again, too. @throws RecloserError `not_found` */
  askTest(environmentId: string, id: string): Promise<ChannelInfo>;
  /** Channels with something to send, for `leaseMs`; nobody else gets them meanwhile. */
  claim(limit: number, leaseMs: number): Promise<readonly ClaimedChannel[]>;
  /** Events up to `chainSeq` were sent, or are not to be. */
  noteDelivered(channel: ClaimedChannel, chainSeq: number): Promise<void>;
  /** The event was sent just now. */
  sent(channel: ClaimedChannel, chainSeq: number): Promise<void>;
  /** It could not be sent; it is tried again after `waitMs`. */
  failed(channel: ClaimedChannel, why: string, waitMs: number): Promise<void>;
  /** The event is not sent any more; it is in sight for a week. What follows it goes on. */
  setAside(channel: ClaimedChannel, event: SetAsideEvent): Promise<void>;
  /** The receiver is gone for good: the channel is paused until a person resumes it, and that is in the audit log. */
  stop(channel: ClaimedChannel, why: string): Promise<void>;
  /** `why` null: the test arrived. */
  tested(channel: ClaimedChannel, why: string | null): Promise<void>;
  /** Others may have it before its lease ends. */
  release(channel: ClaimedChannel): Promise<void>;
}

export function createChannels(pool: Pool): Channels {
  return {
    list: async (environmentId) => {
      if (!isUuid(environmentId)) throw unknownEnvironment(environmentId);
      const found = await selectChannels(pool, 'environment_id = $1 ORDER BY name', [
        environmentId,
      ]);
      return found.map(channelInfoOf);
    },
    get: async (environmentId, id) => channelInfoOf(await findChannel(pool, environmentId, id)),
    create: (environmentId, actor, channel) =>
      transaction(pool, (db) => create(db, environmentId, actor, channel)),
    edit: (environmentId, actor, id, edit) =>
      transaction(pool, (db) => editIn(db, environmentId, actor, id, edit)),
    rotateSecret: (environmentId, actor, id, rotation) =>
      transaction(pool, (db) => rotateSecret(db, environmentId, actor, id, rotation)),
    listSetAside: async (environmentId, id) => {
      await findChannel(pool, environmentId, id);
      return listSetAside(pool, id);
    },
    remove: (environmentId, actor, id, reason) =>
      transaction(pool, (db) => remove(db, environmentId, actor, id, reason)),
    askTest: async (environmentId, id) => {
      await findChannel(pool, environmentId, id);
      await rows(
        pool,
        `UPDATE channel SET test_asked_at = clock_timestamp(), test_done_at = NULL, test_why = NULL, next_at = NULL
         WHERE environment_id = $1 AND id = $2`,
        [environmentId, id],
      );
      return channelInfoOf(await findChannel(pool, environmentId, id));
    },
    claim: (limit, leaseMs) => claimChannels(pool, limit, leaseMs),
    noteDelivered: (channel, chainSeq) => noteDelivered(pool, channel, chainSeq),
    sent: (channel, chainSeq) => noteSent(pool, channel, chainSeq),
    failed: (channel, why, waitMs) => noteFailure(pool, channel, why, waitMs),
    setAside: (channel, event) => noteSetAside(pool, channel, event),
    stop: (channel, why) => transaction(pool, (db) => stopChannel(db, channel, why)),
    tested: (channel, why) => noteTest(pool, channel, why),
    release: (channel) => releaseChannel(pool, channel),
  };
}

async function create(
  db: Queryable,
  environmentId: string,
  actor: Actor,
  { name, kind, url, events, tags, headers = [], reason }: NewChannel,
): Promise<{ channel: ChannelInfo; secret: string | null }> {
  const environment = await lockEnvironment(db, environmentId);
  await refuseName(db, environmentId, name);
  const id = uuidv7(await readClock(db));
  const secret = kind === 'webhook' ? newSecret() : null;
  await rows(
    db,
    `INSERT INTO channel (id, environment_id, name, kind, url, secret, events, tags, headers, told_seq)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      ...[id, environmentId, name, kind, url, secret ?? '', events, tags, JSON.stringify(headers)],
      // The event of its own creation is not told.
      environment.auditSeq + 1,
    ],
  );
  const made = await findChannel(db, environmentId, id);
  const change = { action: 'channel.create', reason, before: null, after: channelSettingsOf(made) };
  await auditChannel(db, environment, actor, change);
  return { channel: channelInfoOf(made), secret };
}

/** @throws RecloserError `already_exists`, `limit_reached` */
async function refuseName(db: Queryable, environmentId: string, name: string): Promise<void> {
  const known = await selectChannels(db, 'environment_id = $1', [environmentId]);
  assertCapacity(name, {
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
  const before = await findChannel(db, environmentId, id);
  assertRevision({ key: before.name, revision: before.revision }, edit.expectedRevision);
  const { name = before.name, url = before.url, events = before.events } = edit;
  const { tags = before.tags, paused = before.paused } = edit;
  const headers =
    edit.headers === undefined ? before.headers : edited(edit.headers, before.headers);
  if (name !== before.name) await refuseTaken(db, environmentId, name);
  await rows(
    db,
    `UPDATE channel SET name = $3, url = $4, events = $5, tags = $6, paused = $7, revision = revision + 1,
       next_at = NULL, failures = 0, told_seq = CASE WHEN paused AND NOT $7 THEN $8 ELSE told_seq END,
       headers = $9, stopped_at = CASE WHEN $7 THEN stopped_at END,
       stopped_why = CASE WHEN $7 THEN stopped_why ELSE '' END
     WHERE environment_id = $1 AND id = $2`,
    [
      ...[environmentId, id, name, url, events, tags, paused, environment.auditSeq],
      JSON.stringify(headers),
    ],
  );
  const after = await findChannel(db, environmentId, id);
  const change = { before: channelSettingsOf(before), after: channelSettingsOf(after) };
  await auditChannel(db, environment, actor, {
    action: 'channel.edit',
    reason: edit.reason,
    ...change,
  });
  return channelInfoOf(after);
}

/** @throws RecloserError `invalid_request`: a header is new and has no value */
function edited(
  input: readonly EditedHeader[],
  known: readonly ChannelHeader[],
): readonly ChannelHeader[] {
  return input.map(({ name, value }) => {
    const same = (one: ChannelHeader) => one.name.toLowerCase() === name.toLowerCase();
    const kept = value ?? known.find(same)?.value;
    if (kept !== undefined) return { name, value: kept };
    const message = `The header "${name}" is new and has no value. Give one.`;
    throw new RecloserError('invalid_request', message, { header: name });
  });
}

async function refuseTaken(db: Queryable, environmentId: string, name: string): Promise<void> {
  const [taken] = await selectChannels(db, 'environment_id = $1 AND name = $2', [
    environmentId,
    name,
  ]);
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
  const before = await findChannel(db, environmentId, id);
  await rows(db, `DELETE FROM channel WHERE environment_id = $1 AND id = $2`, [environmentId, id]);
  const change = {
    action: 'channel.remove',
    reason,
    before: channelSettingsOf(before),
    after: null,
  };
  await auditChannel(db, environment, actor, change);
}

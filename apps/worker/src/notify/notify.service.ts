import { Inject, Injectable } from '@nestjs/common';
import type { ClaimedChannel, Database } from '@recloser/db';
import type { AuditEntry } from '@recloser/protocol';
import { Counter, type Log, type Metrics } from '@recloser/server';
import type { TargetGuard } from '../outbound/target-guard.js';
import { CONSOLE_URL, DATABASE, LOG, METRICS, TARGETS } from '../tokens.js';
import { eventOf, notificationOf, testOf, type Notification, type Origin } from './notification.js';
import { send } from './send.js';

/** Channels that are served at once. */
const CHANNELS = 20;
/** Longer than all that one round sends. */
const LEASE_MS = 60_000;
/** A round begins nothing more after this; the next one goes on. */
const ROUND_MS = 30_000;
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 5 * 60_000;
/** What is older helps nobody any more. */
const TOO_OLD_MS = 24 * 3_600_000;

/**
 * Sends what happened, in order, from the audit log: each channel stands at an event of its environment's chain and goes
 * on from there. What cannot be sent is tried again, and what follows waits. At least once: a worker that dies between
 * sending and noting it has it sent again, with the same id.
 */
@Injectable()
export class NotifyService {
  readonly #sent: Counter<'result'>;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(TARGETS) private readonly targets: TargetGuard,
    @Inject(CONSOLE_URL) private readonly consoleUrl: string | null,
    @Inject(LOG) private readonly log: Log,
    @Inject(METRICS) metrics: Metrics,
  ) {
    this.#sent = new Counter({
      name: 'recloser_notifications_total',
      help: 'Notifications sent, by result.',
      labelNames: ['result'],
      registers: [metrics],
    });
  }

  /** The handler of the job `notify`. */
  async run(): Promise<void> {
    const claimed = await this.database.channels.claim(CHANNELS, LEASE_MS);
    await Promise.all(claimed.map((channel) => this.#serve(channel)));
  }

  async #serve(channel: ClaimedChannel): Promise<void> {
    const { id, environmentId, name } = channel;
    try {
      await this.#test(channel);
      if (!channel.paused) await this.#tell(channel);
    } catch (error) {
      this.log.warn({ err: error, environmentId, channel: id, name }, 'a channel was not served');
    } finally {
      await this.database.channels.release(channel);
    }
  }

  async #test(channel: ClaimedChannel): Promise<void> {
    const { id, name, testAskedAt } = channel;
    if (testAskedAt === null) return;
    const test = testOf({ id, name, askedAt: testAskedAt }, this.#originOf(channel));
    await this.database.channels.tested(channel, await this.#send(channel, test));
  }

  /** Sends what happened since, up to the first failure. */
  async #tell(channel: ClaimedChannel): Promise<void> {
    const { channels, audit } = this.database;
    const began = performance.now();
    let { toldSeq } = channel;
    for (;;) {
      const entries = await audit.after(channel.environmentId, toldSeq);
      if (entries.length === 0) return;
      for (const entry of entries) {
        if (performance.now() - began > ROUND_MS) return;
        const notification = await this.#notificationFor(channel, entry);
        if (notification !== null) {
          const why = await this.#send(channel, notification);
          if (why !== null) return channels.failed(channel, why, retryIn(channel.failures));
          await channels.sent(channel, entry.chainSeq);
        }
        toldSeq = entry.chainSeq;
      }
      await channels.told(channel, toldSeq);
    }
  }

  /** null: this channel is not to be told. */
  async #notificationFor(channel: ClaimedChannel, entry: AuditEntry): Promise<Notification | null> {
    const event = eventOf(entry);
    if (event === null || !channel.events.includes(event)) return null;
    if ((await this.database.now()) - entry.at > TOO_OLD_MS) return null;
    if (!(await this.#hasTag(channel, entry))) return null;
    return notificationOf(entry, event, this.#originOf(channel));
  }

  async #hasTag(
    { environmentId, tags }: ClaimedChannel,
    { breaker }: AuditEntry,
  ): Promise<boolean> {
    if (tags.length === 0) return true;
    if (breaker === null) return false;
    const [found] = await this.database.states.load(environmentId, [breaker]);
    return tags.some((tag) => found?.meta.tags.includes(tag) ?? false);
  }

  async #send(channel: ClaimedChannel, notification: Notification): Promise<string | null> {
    const why = await send(channel, notification, await this.database.now(), this.targets);
    this.#sent.inc({ result: why === null ? 'ok' : 'failed' });
    if (why !== null) {
      const { id, environmentId, name, failures } = channel;
      const about = { environmentId, channel: id, name, type: notification.type, why, failures };
      this.log.warn(about, 'a notification was not taken');
    }
    return why;
  }

  #originOf({ project, environment }: ClaimedChannel): Origin {
    return { project, environment, consoleUrl: this.consoleUrl };
  }
}

/** Doubles from two seconds to five minutes. `failures`: those before, in a row. */
function retryIn(failures: number): number {
  return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures, 20));
}

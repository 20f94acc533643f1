import { Inject, Injectable } from '@nestjs/common';
import type { ClaimedChannel, Database } from '@recloser/db';
import type { AuditEntry } from '@recloser/protocol';
import { Counter, type Log, type Metrics } from '@recloser/server';
import type { TargetGuard } from '../outbound/target-guard.js';
import { Job, type JobHandler } from '../jobs/job.decorator.js';
import { DATABASE, LOG, METRICS, SETTINGS, type Settings, TARGETS } from '../tokens.js';
import {
  breakersOf,
  eventOf,
  notificationOf,
  testOf,
  type Notification,
  type Origin,
} from './notification.js';
import { afterRefusal } from './refusals.js';
import { send, type Refusal } from './send.js';

/** Channels that are served at once. */
const CHANNELS = 20;
/** Longer than all that one round sends: it ends with up to three attempts of ten seconds. */
const LEASE_MS = 90_000;
/** A round begins nothing more after this; the next one goes on. */
const ROUND_MS = 30_000;
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 5 * 60_000;
/** What is older helps nobody any more. */
const TOO_OLD_MS = 24 * 3_600_000;

/** An event that is to be told, and its place in the environment's chain. */
interface Due {
  readonly notification: Notification;
  readonly chainSeq: number;
}

/** Which events are read: those after `toldSeq`, until `endsAt` by the monotonic clock. `looking`: nothing is noted. */
interface Span {
  readonly toldSeq: number;
  readonly endsAt: number;
  readonly looking?: boolean;
}

/** An event that was not taken. `tries`: how often it was sent in vain, with the last. */
interface Failed {
  readonly due: Due;
  readonly refusal: Refusal;
  readonly tries: number;
  /** When the round ends, by the monotonic clock. */
  readonly endsAt: number;
}

/**
 * Sends what happened, in order, from the audit log: each channel stands at an event of its environment's chain and goes
 * on from there. What cannot be sent is tried again, and what follows waits; but a single event that is
 * refused while others are taken is set aside. At least once: a worker that dies between
 * sending and noting it has it sent again, with the same id.
 */
@Injectable()
@Job({ name: 'notify', everyMs: 1_000 })
export class NotifyService implements JobHandler {
  readonly #sent: Counter<'result'>;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(TARGETS) private readonly targets: TargetGuard,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'consoleUrl'>,
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

  async run(): Promise<void> {
    const claimed = await this.database.channels.claim(CHANNELS, LEASE_MS);
    await Promise.all(claimed.map((channel) => this.#serve(channel)));
  }

  async #serve(channel: ClaimedChannel): Promise<void> {
    const { id, environmentId, name } = channel;
    try {
      await this.#test(channel);
      if (!channel.paused) await this.#deliver(channel);
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
    const refusal = await this.#send(channel, test);
    await this.database.channels.tested(channel, refusal?.why ?? null);
  }

  /** Sends what happened since, up to the first failure. */
  async #deliver(channel: ClaimedChannel): Promise<void> {
    const { channels } = this.database;
    const endsAt = performance.now() + ROUND_MS;
    let { failures } = channel;
    for await (const due of this.#due(channel, { toldSeq: channel.toldSeq, endsAt })) {
      const refusal = await this.#send(channel, due.notification);
      if (refusal === null) {
        await channels.sent(channel, due.chainSeq);
      } else if (!(await this.#refused(channel, { due, refusal, tries: failures + 1, endsAt }))) {
        return;
      }
      failures = 0;
    }
  }

  /** What the channel is to be told, in order. What it is not to be told is passed over for good, unless this only looks. */
  async *#due(channel: ClaimedChannel, span: Span): AsyncGenerator<Due> {
    const { audit, channels } = this.database;
    const { endsAt, looking = false } = span;
    for (let seq = span.toldSeq; ;) {
      const entries = await audit.after(channel.environmentId, seq);
      for (const entry of entries) {
        if (performance.now() > endsAt) return;
        const notification = await this.#notificationFor(channel, entry);
        seq = entry.chainSeq;
        if (notification === null) continue;
        const isTooOld = (await this.database.now()) - entry.at > TOO_OLD_MS;
        if (isTooOld && !looking) {
          await this.#setAside(channel, { notification, chainSeq: seq }, 0, tooOldWords(channel));
        } else if (!isTooOld) {
          yield { notification, chainSeq: seq };
        }
      }
      if (entries.length === 0) return;
      if (!looking) await channels.noteDelivered(channel, seq);
    }
  }

  /** Deals with an event that was not taken. Answers whether this round goes on with what follows it. */
  async #refused(channel: ClaimedChannel, failed: Failed): Promise<boolean> {
    const { channels } = this.database;
    const { due, refusal, tries } = failed;
    switch (afterRefusal(refusal, tries)) {
      case 'stop':
        await channels.stop(channel, refusal.why);
        return false;
      case 'set-aside':
        await this.#setAside(channel, due, tries, refusal.why);
        return true;
      case 'try-next':
        if (await this.#isPoison(channel, failed)) return false;
        break;
      case 'retry':
    }
    await channels.failed(channel, refusal.why, retryIn(tries - 1));
    return false;
  }

  /**
   * Tries the event after the one that failed. When that one is taken, the receiver is well: the failed one has a last
   * try, and is set aside when it fails again. Both are behind then.
   */
  async #isPoison(channel: ClaimedChannel, { due, tries, endsAt }: Failed): Promise<boolean> {
    const { channels } = this.database;
    const span = { toldSeq: due.chainSeq, endsAt, looking: true };
    for await (const next of this.#due(channel, span)) {
      if ((await this.#send(channel, next.notification)) !== null) return false;
      const again = await this.#send(channel, due.notification);
      if (again !== null) await this.#setAside(channel, due, tries + 1, again.why);
      await channels.sent(channel, next.chainSeq);
      return true;
    }
    return false;
  }

  async #setAside(channel: ClaimedChannel, due: Due, tries: number, why: string): Promise<void> {
    const { chainSeq, notification } = due;
    const { id: event, type, breaker, at } = notification;
    const about = { chainSeq, event, type, breaker, at: Date.parse(at), tries, why };
    await this.database.channels.setAside(channel, about);
    const { environmentId, id, name } = channel;
    this.log.warn(
      { environmentId, channel: id, name, event, tries, why },
      'a notification was set aside',
    );
  }

  /** null: this channel is not to be told. */
  async #notificationFor(channel: ClaimedChannel, entry: AuditEntry): Promise<Notification | null> {
    const event = eventOf(entry);
    if (event === null || !channel.events.includes(event)) return null;
    if (!(await this.#hasTag(channel, entry))) return null;
    return notificationOf(entry, event, this.#originOf(channel));
  }

  async #hasTag({ environmentId, tags }: ClaimedChannel, entry: AuditEntry): Promise<boolean> {
    if (tags.length === 0) return true;
    const keys = breakersOf(entry);
    if (keys.length === 0) return false;
    const found = await this.database.states.load(environmentId, keys);
    return found.some(({ meta }) => tags.some((tag) => meta.tags.includes(tag)));
  }

  async #send(channel: ClaimedChannel, notification: Notification): Promise<Refusal | null> {
    const refusal = await send(channel, notification, await this.database.now(), this.targets);
    this.#sent.inc({ result: refusal === null ? 'ok' : 'failed' });
    if (refusal !== null) {
      const { why } = refusal;
      const { id, environmentId, name, failures } = channel;
      const about = { environmentId, channel: id, name, type: notification.type, why, failures };
      this.log.warn(about, 'a notification was not taken');
    }
    return refusal;
  }

  #originOf({ project, environment }: ClaimedChannel): Origin {
    return { project, environment, consoleUrl: this.settings.consoleUrl };
  }
}

function tooOldWords({ why }: ClaimedChannel): string {
  const last = why === '' ? '' : `; last: ${why}`;
  return `not delivered within a day${last}`;
}

/** Doubles from two seconds to five minutes. `failures`: those before, in a row. */
function retryIn(failures: number): number {
  return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures, 20));
}

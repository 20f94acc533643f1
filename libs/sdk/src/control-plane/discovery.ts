import { type DiscoverFrame } from '@recloser/protocol';
import { type ScheduledTask, type Scheduler } from '../platform/scheduler.js';
import { type RegistryFeed } from './registry-feed.js';

const DELAY_MS = 10;
const KEYS_PER_FRAME = 100;
const KEY_LENGTH = 200;

/** Tells the control plane the names that the code uses and the state does not have, once per connection and name. */
export class Discovery {
  readonly #scheduler: Scheduler;
  readonly #feed: RegistryFeed;
  readonly #send: (frame: DiscoverFrame) => boolean;
  readonly #task: ScheduledTask;
  readonly #asked = new Set<string>();

  /** @param send false: there is no connection to take it */
  constructor(scheduler: Scheduler, feed: RegistryFeed, send: (frame: DiscoverFrame) => boolean) {
    this.#scheduler = scheduler;
    this.#feed = feed;
    this.#send = send;
    this.#task = scheduler.task(() => this.#tell());
  }

  plan(): void {
    this.#scheduler.runBy(this.#task, this.#scheduler.now() + DELAY_MS);
  }

  /** Nothing is planned, and another connection is told all names anew. */
  restart(): void {
    this.#scheduler.cancel(this.#task);
    this.#asked.clear();
  }

  #tell(): void {
    const keys = this.#feed
      .unknownKeys()
      .filter((key) => !this.#asked.has(key) && key.length > 0 && key.length <= KEY_LENGTH);
    for (let at = 0; at < keys.length; at += KEYS_PER_FRAME) {
      const some = keys.slice(at, at + KEYS_PER_FRAME);
      if (!this.#send({ t: 'discover', keys: some })) return;
      for (const key of some) this.#asked.add(key);
    }
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { BusHandlers } from './bus-handlers.js';
import type { BackboneLog, Bus, BusPayload, BusTopic } from './ports.js';

const HEARTBEAT_MS = 2_000;
const RETRY_FIRST_MS = 50;
const RETRY_MOST_MS = 2_000;

/** One connection that listens to all topics. */
export interface BusConnection {
  /** Resolves when the connection is gone. */
  readonly ended: Promise<void>;
  /** Rejects, within seconds, when the other side does not answer. */
  ping(): Promise<unknown>;
  close(): Promise<void>;
}

/** How a kind of server carries messages. */
export interface BusLink {
  publish(topic: BusTopic, text: string): Promise<unknown>;
  /** Resolves when it listens; rejects, within seconds, when that cannot be. */
  listen(deliver: (topic: BusTopic, text: string) => void): Promise<BusConnection>;
}

/**
 * A bus over any link. A heartbeat finds the listening connection dead when the network says nothing, and it is made
 * again until `close`.
 */
export class ListeningBus implements Bus {
  readonly #link: BusLink;
  readonly #log: BackboneLog;
  readonly #handlers: BusHandlers;
  readonly #closing = new AbortController();
  #listening: Promise<void> | null = null;
  #loop: Promise<void> = Promise.resolve();
  #publishFails = false;

  constructor(link: BusLink, log: BackboneLog) {
    this.#link = link;
    this.#log = log;
    this.#handlers = new BusHandlers(log);
  }

  /** Never rejects: a hint that cannot be sent is logged, and whoever listens also polls. */
  async publish(topic: BusTopic, payload: BusPayload): Promise<void> {
    try {
      await this.#link.publish(topic, JSON.stringify(payload));
      this.#publishFails = false;
    } catch (error) {
      if (!this.#publishFails) this.#log.warn({ err: error }, 'bus messages cannot be sent');
      this.#publishFails = true;
    }
  }

  async subscribe(
    topic: BusTopic,
    handler: (payload: BusPayload) => void,
  ): Promise<() => Promise<void>> {
    const remove = this.#handlers.add(topic, handler);
    this.#listening ??= new Promise((resolve) => {
      this.#loop = this.#listen(resolve);
    });
    await this.#listening;
    return () => {
      remove();
      return Promise.resolve();
    };
  }

  onGap(handler: () => void): void {
    this.#handlers.addGap(handler);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#loop;
  }

  #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Keeps one connection until `close`; `ready` is called once it listens for the first time. */
  async #listen(ready: () => void): Promise<void> {
    let failures = 0;
    let before = false;
    while (!this.#isClosed()) {
      try {
        const connection = await this.#link.listen((topic, text) => {
          // What is still under way when the bus closes arrives nowhere.
          if (!this.#isClosed()) this.#handlers.deliver(topic, text);
        });
        failures = 0;
        ready();
        if (before) this.#handlers.gap();
        before = true;
        await this.#untilLost(connection);
        if (!this.#isClosed()) this.#log.warn({}, 'the bus lost its connection');
        await connection.close();
      } catch (error) {
        failures += 1;
        if (failures === 1) this.#log.warn({ err: error }, 'the bus cannot connect');
      }
      await this.#pause(Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** failures));
    }
    ready();
  }

  async #untilLost(connection: BusConnection): Promise<void> {
    const ended = connection.ended.then(() => 'lost' as const);
    while ((await Promise.race([ended, this.#pause(HEARTBEAT_MS)])) === 'paused') {
      const alive = await connection.ping().then(
        () => true,
        () => false,
      );
      if (!alive) return;
    }
  }

  async #pause(ms: number): Promise<'paused' | 'closed'> {
    const { signal } = this.#closing;
    await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
    return signal.aborted ? 'closed' : 'paused';
  }
}

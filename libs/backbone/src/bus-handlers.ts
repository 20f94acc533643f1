import { parseBusPayload } from './bus-payload.js';
import type { BackboneLog, BusPayload, BusTopic } from './ports.js';

type Handler = (payload: BusPayload) => void;

/** Who listens to what in this process. A handler that throws is logged and disturbs no other. */
export class BusHandlers {
  readonly #log: BackboneLog;
  readonly #topics = new Map<BusTopic, Set<Handler>>();
  readonly #gaps = new Set<() => void>();

  constructor(log: BackboneLog) {
    this.#log = log;
  }

  /** The same function added twice is called twice. Returns what removes it. */
  add(topic: BusTopic, handler: Handler): () => void {
    const entry: Handler = (payload) => handler(payload);
    const handlers = this.#topics.get(topic) ?? new Set();
    handlers.add(entry);
    this.#topics.set(topic, handlers);
    return () => handlers.delete(entry);
  }

  addGap(handler: () => void): void {
    this.#gaps.add(handler);
  }

  deliver(topic: BusTopic, text: string): void {
    const payload = parseBusPayload(text);
    if (!payload) {
      this.#log.warn({ topic }, 'a bus message could not be read');
      return;
    }
    for (const handler of [...(this.#topics.get(topic) ?? [])]) {
      this.#guard(() => handler(payload));
    }
  }

  gap(): void {
    for (const handler of [...this.#gaps]) this.#guard(handler);
  }

  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#log.error({ err: error }, 'a bus handler failed');
    }
  }
}

import type { Network, NetworkNode } from './network.js';
import type { Scheduler } from './scheduler.js';

/** What hears one side of a connection. */
export interface LinkEnd {
  onText(text: string): void;
  onEnd(code: number, reason: string): void;
}

/** How often what was sent into a partition is tried again. */
const RETRY_MS = 50;

interface Message {
  readonly text: string;
  readonly at: number;
}

/** A stream connection: in order and without loss, for as long as it lasts. A partition holds back what is sent. */
export class Link {
  #open = true;
  readonly #waiting = new Map<LinkEnd, Message[]>();

  constructor(
    private readonly scheduler: Scheduler,
    private readonly network: Network,
    private readonly client: NetworkNode,
    private readonly server: NetworkNode,
  ) {}

  send(to: LinkEnd, text: string): void {
    if (!this.#open) return;
    const queue = this.#queue(to);
    const last = queue.at(-1)?.at ?? 0;
    const at = Math.max(this.scheduler.now + this.network.delay(), last);
    queue.push({ text, at });
    if (queue.length === 1) this.#pump(to, queue);
  }

  /** Characters on their way to this side. */
  bytesTo(to: LinkEnd): number {
    return this.#queue(to).reduce((sum, { text }) => sum + text.length, 0);
  }

  /** Ends it; the sides named hear of it. */
  end(ends: readonly LinkEnd[], code: number, reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    for (const end of ends) {
      this.scheduler.after(this.network.delay(), () => end.onEnd(code, reason));
    }
  }

  #queue(to: LinkEnd): Message[] {
    const known = this.#waiting.get(to);
    if (known !== undefined) return known;
    const queue: Message[] = [];
    this.#waiting.set(to, queue);
    return queue;
  }

  #pump(to: LinkEnd, queue: Message[]): void {
    const first = queue[0];
    if (first === undefined) return;
    const isCut = this.network.isCut(this.client.name, this.server.name);
    const wait = isCut ? RETRY_MS : Math.max(0, first.at - this.scheduler.now);
    this.scheduler.after(wait, () => {
      if (!this.#open) return;
      if (!isCut && !this.network.isCut(this.client.name, this.server.name)) {
        queue.shift();
        to.onText(first.text);
      }
      this.#pump(to, queue);
    });
  }
}

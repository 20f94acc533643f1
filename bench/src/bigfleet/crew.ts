import { fileURLToPath } from 'node:url';
import { Child } from '../children/child.js';
import type { CrewCounts, CrewOptions, FromCrew, ToCrew } from './messages.js';

const SCRIPT = fileURLToPath(new URL('./crew-process.js', import.meta.url));
const PATIENCE_MS = 120_000;

const NONE: CrewCounts = {
  ...{ connected: 0, closed: 0, leaseless: 0, longestUnrenewedMs: 0, frames: 0, answered: 0 },
};

/** A large fleet of light instances, spread over a few processes. */
export class Crew {
  readonly #children: Child<ToCrew, FromCrew>[] = [];
  readonly #counts = new Map<Child<ToCrew, FromCrew>, CrewCounts>();

  /** Starts the processes; nobody connects yet. */
  async start(
    total: number,
    processes: number,
    options: Omit<CrewOptions, 'count' | 'firstId'>,
  ): Promise<void> {
    const size = Math.ceil(total / processes);
    for (let firstId = 0; firstId < total; firstId += size) {
      const own: CrewOptions = { ...options, firstId, count: Math.min(size, total - firstId) };
      const { child } = await Child.start<ToCrew, FromCrew>(SCRIPT, own, 'up');
      child.listen((message) => {
        if (message.type === 'counts') this.#counts.set(child, message.counts);
      });
      this.#children.push(child);
    }
  }

  /** All connect at once. Resolves when each has its state. */
  async connect(): Promise<void> {
    await Promise.all(
      this.#children.map((child) => {
        const ready = child.next(({ type }) => type === 'ready', PATIENCE_MS);
        child.send({ type: 'connect' });
        return ready;
      }),
    );
  }

  /** The sums, and the longest of the longest. */
  counts(): CrewCounts {
    return [...this.#counts.values()].reduce(
      (a, b) => ({
        connected: a.connected + b.connected,
        closed: a.closed + b.closed,
        leaseless: a.leaseless + b.leaseless,
        longestUnrenewedMs: Math.max(a.longestUnrenewedMs, b.longestUnrenewedMs),
        frames: a.frames + b.frames,
        answered: a.answered + b.answered,
      }),
      NONE,
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.stop()));
  }
}

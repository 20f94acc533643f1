import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { RateOrder, RatePart } from './rates.js';

/** Keeps each part of a long run in a file, a line each, so that the next run goes on where this one ended. */
export class Checkpoint {
  readonly #parts = new Map<string, RatePart>();

  /** Reads what is there. A last line that was cut off is left out. */
  constructor(private readonly path: string | null) {
    if (path === null || !existsSync(path)) return;
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      const part = partOf(line);
      if (part !== null) this.#parts.set(keyOf(part.order), part);
    }
  }

  /** What came of an order in an earlier run; null: nothing yet. */
  find(order: RateOrder): RatePart | null {
    return this.#parts.get(keyOf(order)) ?? null;
  }

  add(part: RatePart): void {
    if (this.path !== null) appendFileSync(this.path, `${JSON.stringify(part)}\n`);
  }
}

const keyOf = (order: RateOrder): string => JSON.stringify(order);

function partOf(line: string): RatePart | null {
  if (!line.startsWith('{"order":')) return null;
  try {
    return JSON.parse(line) as RatePart;
  } catch {
    return null;
  }
}

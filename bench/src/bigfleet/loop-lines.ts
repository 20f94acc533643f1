import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { percentile } from '../bench.js';

/** What a probe has seen in 200 ms. */
export interface LoopLine {
  /** Ms since the epoch. */
  readonly at: number;
  /** How late each timer of 5 ms was, in ms. */
  readonly wall: readonly number[];
  /** The longest that the loop was held by work of its own, in ms of processor time. */
  readonly heldMs: number;
  /** The longest pause for garbage, in ms. */
  readonly gcMs: number;
}

/** How a process's event loop fared over a time. */
export interface LoopFigures {
  readonly p99Ms: number;
  readonly maxMs: number;
  /** The longest work in one go, in ms of processor time. */
  readonly heldMs: number;
  readonly gcMs: number;
}

/** Reads what the probes of one kind of process (`api`, `worker`) have written between two times. */
export function loopFigures(
  directory: string,
  kind: string,
  from: number,
  to: number,
): LoopFigures {
  const lines = readdirSync(directory)
    .filter((file) => file.startsWith(`${kind}-`) && file.endsWith('.jsonl'))
    .flatMap((file) => readFileSync(join(directory, file), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LoopLine)
    .filter(({ at }) => at >= from && at <= to);
  const wall = lines.flatMap((line) => line.wall);
  const most = (of: (line: LoopLine) => number) => Math.round(Math.max(0, ...lines.map(of)));
  return {
    p99Ms: percentile(wall, 0.99),
    maxMs: wall.reduce((a, b) => Math.max(a, b), 0),
    heldMs: most(({ heldMs }) => heldMs),
    gcMs: most(({ gcMs }) => gcMs),
  };
}

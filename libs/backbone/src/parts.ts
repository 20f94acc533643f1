import type { SignalBatch } from '@recloser/protocol';
import {
  type BucketSum,
  type StatisticsEntry,
  foldAggregates,
  groupStatistics,
} from './evidence.js';

/** Some breakers of a batch, with all that it holds of them. */
export interface Part {
  readonly rows: BucketSum[];
  readonly census: [breaker: string, entries: StatisticsEntry[]][];
  readonly marks: string[];
}

/** The batch in parts of about `mostRows` that are each complete: a breaker's mark goes with its counts. */
export function partsOf(batch: SignalBatch, mostRows: number): Part[] {
  const rows = new Map<string, BucketSum[]>();
  for (const row of foldAggregates(batch.aggregates)) {
    const own = rows.get(row.breaker);
    if (own === undefined) rows.set(row.breaker, [row]);
    else own.push(row);
  }
  const census = groupStatistics(batch.census);
  const parts: Part[] = [];
  for (const breaker of new Set([...rows.keys(), ...census.keys()])) {
    let part = parts.at(-1);
    if (part === undefined || part.rows.length + part.census.length >= mostRows) {
      part = { rows: [], census: [], marks: [] };
      parts.push(part);
    }
    part.rows.push(...(rows.get(breaker) ?? []));
    const entries = census.get(breaker);
    if (entries !== undefined) part.census.push([breaker, entries]);
    part.marks.push(breaker);
  }
  return parts;
}

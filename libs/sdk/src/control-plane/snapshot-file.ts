import { type System } from '../platform/system.js';
import { type ScheduledTask, type Scheduler } from '../platform/scheduler.js';
import { promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';
import { type Segment } from '@recloser/core';
import { decodeSegments, decodeSnapshot, encodeSnapshot, type Snapshot } from './decode.js';

/** So many changes in a row are written once. */
const WRITE_DELAY_MS = 1_000;

const zip = promisify(gzip);

/** Values of a list that are written in a row: less than a millisecond. */
const SLICE = 2_000;

/** A state, and the segments that belong to it. */
export interface Kept {
  readonly snapshot: Snapshot;
  /** Null: they are not there, or are those of another state. */
  readonly segments: readonly Segment[] | null;
}

/** The last known state in a file, so that a process that starts without a control plane does not start from nothing. */
export class SnapshotFile {
  readonly #path: string;
  readonly #system: FileSystem;
  readonly #scheduler: Scheduler;
  readonly #task: ScheduledTask;
  readonly #write: () => Promise<void>;
  /** The last write that was begun. */
  #last = Promise.resolve();
  /** Of the segments that are in their file. */
  #segmentsId: string | undefined;

  constructor(
    path: string,
    system: FileSystem,
    scheduler: Scheduler,
    current: () => Snapshot | null,
    segments: () => readonly Segment[],
    onFailure: (error: unknown) => void,
  ) {
    this.#path = path;
    this.#system = system;
    this.#scheduler = scheduler;
    const write = async (): Promise<void> => {
      try {
        const snapshot = current();
        if (snapshot === null) return;
        const { segmentsId } = snapshot;
        if (segmentsId !== undefined && segmentsId !== this.#segmentsId) {
          await this.#writeSegments(segmentsId, segments());
        }
        await this.#system.writeFile(this.#path, encodeSnapshot(snapshot));
      } catch (error) {
        onFailure(error);
      }
    };
    // One after the other, so that no older state is written over a newer one.
    this.#write = () => (this.#last = this.#last.then(write));
    this.#task = scheduler.task(() => void this.#write());
  }

  /** What an earlier process has kept; null when there is nothing. What is there and is no snapshot is told. */
  read(onUnreadable: (error?: unknown) => void): Kept | null {
    try {
      const snapshot = decodeSnapshot(this.#system.readFile(this.#path));
      if (snapshot === null) onUnreadable();
      return snapshot && { snapshot, segments: this.#readSegments(snapshot.segmentsId) };
    } catch (error) {
      if (!isMissing(error)) onUnreadable(error);
      return null;
    }
  }

  #readSegments(id: string | undefined): readonly Segment[] | null {
    if (id === undefined) return [];
    try {
      const zipped = Buffer.from(this.#system.readFile(this.#segmentsPath), 'base64');
      const kept = decodeSegments(gunzipSync(zipped).toString('utf8'));
      return kept?.id === id ? kept.segments : null;
    } catch {
      return null;
    }
  }

  get #segmentsPath(): string {
    return `${this.#path}.segments`;
  }

  async #writeSegments(id: string, segments: readonly Segment[]): Promise<void> {
    const texts: string[] = [];
    for (const { key, clauses } of segments) {
      const written: string[] = [];
      for (const { values, ...clause } of clauses) {
        const slices: string[] = [];
        for (let at = 0; at < values.length; at += SLICE) {
          slices.push(JSON.stringify(values.slice(at, at + SLICE)).slice(1, -1));
          if (values.length > SLICE) await this.#pause();
        }
        const head = JSON.stringify({ ...clause, values: [] });
        written.push(`${head.slice(0, -2)}${slices.join(',')}]}`);
      }
      texts.push(`{"key":${JSON.stringify(key)},"clauses":[${written.join(',')}]}`);
    }
    const text = `{"id":${JSON.stringify(id)},"segments":[${texts.join(',')}]}`;
    const zipped = await zip(text);
    await this.#system.writeFile(this.#segmentsPath, zipped.toString('base64'));
    this.#segmentsId = id;
  }

  /** Other work gets its turn. */
  #pause(): Promise<void> {
    const scheduler = this.#scheduler;
    return new Promise((resolve) => {
      const task = scheduler.task(() => {
        scheduler.drop(task);
        resolve();
      });
      scheduler.schedule(task, scheduler.now());
    });
  }

  /** The state has changed. */
  touch(): void {
    this.#scheduler.runBy(this.#task, this.#scheduler.now() + WRITE_DELAY_MS);
  }

  /** Writes now what is still to be written. */
  flush(): Promise<void> {
    if (this.#task.at === Infinity) return this.#last;
    this.#scheduler.cancel(this.#task);
    return this.#write();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

type FileSystem = Pick<System, 'readFile' | 'writeFile'>;

import { type System } from '../process/system.js';
import { type Task, type Timeline } from '../process/timeline.js';
import { decodeSnapshot, type Snapshot } from './decode.js';

/** So many changes in a row are written once. */
const WRITE_DELAY_MS = 1_000;

/** The last known state in a file, so that a process that starts without a control plane does not start from nothing. */
export class SnapshotFile {
  readonly #path: string;
  readonly #system: Pick<System, 'readFile' | 'writeFile'>;
  readonly #timeline: Timeline;
  readonly #task: Task;
  readonly #write: () => Promise<void>;

  constructor(
    path: string,
    system: Pick<System, 'readFile' | 'writeFile'>,
    timeline: Timeline,
    current: () => Snapshot | null,
    onFailure: (error: unknown) => void,
  ) {
    this.#path = path;
    this.#system = system;
    this.#timeline = timeline;
    const write = async (): Promise<void> => {
      try {
        const snapshot = current();
        if (snapshot === null) return;
        await this.#system.writeFile(this.#path, JSON.stringify(snapshot));
      } catch (error) {
        onFailure(error);
      }
    };
    // One after the other, so that no older state is written over a newer one.
    let last = Promise.resolve();
    this.#write = () => (last = last.then(write));
    this.#task = timeline.task(() => void this.#write());
  }

  /** What an earlier process has kept; null when there is nothing. What is there and is no snapshot is told. */
  read(onUnreadable: (error?: unknown) => void): Snapshot | null {
    try {
      const snapshot = decodeSnapshot(this.#system.readFile(this.#path));
      if (snapshot === null) onUnreadable();
      return snapshot;
    } catch (error) {
      if (!isMissing(error)) onUnreadable(error);
      return null;
    }
  }

  /** The state has changed. */
  touch(): void {
    this.#timeline.hasten(this.#task, this.#timeline.now() + WRITE_DELAY_MS);
  }

  /** Writes now what is still to be written. */
  async flush(): Promise<void> {
    if (this.#task.at === Infinity) return;
    this.#timeline.cancel(this.#task);
    await this.#write();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

import type { Hub } from '../hub.js';
import type { BreakerView, Segment } from '@recloser/core';
import { setImmediate } from 'node:timers/promises';
import type { ChangeSet, ComparedView, EnvironmentSnapshot, SegmentContent } from '../ports.js';
import { segmentEdits } from './segment-edits.js';
import { sameOnWire } from './serialize.js';

const PAGE = 1_000;
/** Breakers of a snapshot that are compared in one turn: a few ms. */
const COMPARED_AT_ONCE = 200;
/** How many changes back a new hub can resume from, as far as they are kept. */
const RESUMABLE = [2_000, 200, 20];

/** Hears what was applied; null changes mean that everything may be different. */
export type ChangeListener = (changes: ChangeSet | null) => void;

/** Where the changes come from. */
export interface ChangeSource {
  readonly states: { snapshot(environmentId: string): Promise<EnvironmentSnapshot> };
  readonly changes: {
    /** Up to `limit` changes after `seq`; `gone` when they are not kept, or the epoch is another one. */
    since(
      environmentId: string,
      epoch: string,
      seq: number,
      limit: number,
    ): Promise<Pick<ChangeSet, 'epoch' | 'changes'> | 'gone'>;
  };
  readonly segments: {
    /** What these segments hold now, each with its digest; those that there are not are left out. */
    contents(environmentId: string, keys: readonly string[]): Promise<readonly Segment[]>;
  };
}

/** A minimal logger (pino-compatible). */
export interface ReplicaLog {
  warn(fields: object, message: string): void;
}

export interface EnvironmentReplicaOptions {
  readonly environmentId: string;
  readonly db: ChangeSource;
  readonly hub: Hub;
  readonly log: ReplicaLog;
}

/** One environment on this API node: keeps its hub in step with the change log, and tells who else wants to know. */
export class EnvironmentReplica {
  readonly environmentId: string;
  readonly hub: Hub;
  readonly #db: ChangeSource;
  readonly #log: ReplicaLog;
  readonly #listeners = new Set<ChangeListener>();
  #syncing: Promise<void> | null = null;
  #again = false;

  constructor({ environmentId, db, hub, log }: EnvironmentReplicaOptions) {
    this.environmentId = environmentId;
    this.hub = hub;
    this.#db = db;
    this.#log = log;
  }

  onChanges(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Pushes changes that this process has just committed, without reading them back. */
  committed(changes: ChangeSet): void {
    const isWhole = this.#missing(changes.changes.map(({ view }) => view)).length === 0;
    if (!isWhole || !this.#apply(changes)) this.sync();
  }

  /** A hint that the change log has reached `seq`. */
  announced(seq: number): void {
    if (seq > this.hub.seq) this.sync();
  }

  /**
   * The log stood there for certain when it was read. A lower seq confirms nothing: a change came in between, or the
   * database has gone back, and what it has lost must not be kept alive.
   */
  checked(epoch: string, seq: number): void {
    const { hub } = this;
    if (!hub.ready || epoch !== hub.epoch || seq > hub.seq) this.sync();
    else if (seq === hub.seq) hub.confirm();
  }

  /** Reads what is new. Calls while it reads make it read once more. */
  sync(): void {
    this.#again = true;
    this.#syncing ??= this.#syncAll().finally(() => {
      this.#syncing = null;
    });
  }

  /** Resolves when what is being read now has been applied or has failed. */
  async settled(): Promise<void> {
    await this.#syncing;
  }

  async #syncAll(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      try {
        await this.#syncOnce();
      } catch (error) {
        // The next poll, within a second, tries again.
        this.#log.warn(
          { err: error, environmentId: this.environmentId },
          'the change log cannot be read',
        );
      }
    }
  }

  async #syncOnce(): Promise<void> {
    const { hub } = this;
    if (!hub.ready) return this.#reload();
    const found = await this.#db.changes.since(this.environmentId, hub.epoch, hub.seq, PAGE);
    if (found === 'gone') return this.#reload();
    const last = found.changes.at(-1);
    if (last === undefined) {
      hub.confirm();
      return;
    }
    const { epoch, changes } = found;
    const segments = await this.#contents(changes.map(({ view }) => view));
    const from = (changes[0]?.seq ?? 1) - 1;
    if (!this.#apply({ epoch, from, seq: last.seq, changes, segments })) {
      return this.#reload();
    }
    if (changes.length === PAGE) this.#again = true;
  }

  async #reload(): Promise<void> {
    const snapshot = await this.#db.states.snapshot(this.environmentId);
    const recent = this.hub.ready ? null : await this.#recent(snapshot.epoch, snapshot.seq);
    const segments = await this.#contents([
      ...snapshot.breakers,
      ...(recent?.changes ?? []).map(({ view }) => view),
    ]);
    const compared = await this.#compared(snapshot);
    this.hub.replaceSnapshot(
      { ...snapshot, segments, compared },
      recent && { ...recent, segments },
    );
    this.#notify(null);
  }

  /** Compares a snapshot with what the hub has, some breakers at a time. */
  async #compared({ epoch, breakers }: EnvironmentSnapshot): Promise<Map<string, ComparedView>> {
    const compared = new Map<string, ComparedView>();
    if (!this.hub.ready || epoch !== this.hub.epoch) return compared;
    for (const [index, after] of breakers.entries()) {
      const view = this.hub.view(after.key);
      if (view !== undefined) compared.set(after.key, { view, isSame: sameOnWire(view, after) });
      if (index % COMPARED_AT_ONCE === COMPARED_AT_ONCE - 1) await setImmediate();
    }
    return compared;
  }

  /** What a new hub needs so that SDKs of a node that is gone can resume here: the last changes that are still kept. */
  async #recent(epoch: string, seq: number): Promise<ChangeSet | null> {
    for (const count of RESUMABLE) {
      const from = Math.max(0, seq - count);
      const found = await this.#db.changes.since(this.environmentId, epoch, from, count + PAGE);
      const last = found === 'gone' ? undefined : found.changes.at(-1);
      if (found !== 'gone' && last !== undefined && last.seq >= seq) {
        return { epoch, from, seq: last.seq, changes: found.changes };
      }
    }
    return null;
  }

  /** The segments that views only refer to, and that the hub does not have as they are referred to. */
  #missing(views: readonly (BreakerView | null)[]): readonly string[] {
    const missing = views
      .flatMap((view) => view?.segments ?? [])
      .filter(
        ({ key, clauses, digest }) =>
          clauses.length === 0 && this.hub.segment(key)?.digest !== digest,
      );
    return [...new Set(missing.map(({ key }) => key))];
  }

  async #contents(views: readonly (BreakerView | null)[]): Promise<SegmentContent[]> {
    const missing = this.#missing(views);
    if (missing.length === 0) return [];
    const contents: SegmentContent[] = [];
    for (const segment of await this.#db.segments.contents(this.environmentId, missing)) {
      const before = this.hub.segment(segment.key);
      contents.push({ segment, edits: before ? await segmentEdits(before, segment) : null });
    }
    return contents;
  }

  #apply(changes: ChangeSet): boolean {
    if (!this.hub.ready) return false;
    const outcome = this.hub.applyChanges(changes);
    if (outcome === 'applied') this.#notify(changes);
    return outcome !== 'gap';
  }

  #notify(changes: ChangeSet | null): void {
    for (const listener of this.#listeners) listener(changes);
  }
}

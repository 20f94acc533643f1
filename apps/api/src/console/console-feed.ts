import type { SecondSum, SignalStore } from '@recloser/backbone';
import type { Audit, LoadedBreaker, States } from '@recloser/db';
import type { ChangeSet, EnvironmentReplica, Hub, StoreClock } from '@recloser/hub';
import type {
  ConsoleChangesFrame,
  ConsoleMetricsFrame,
  ConsoleServerFrame,
  ConsoleSnapshotFrame,
} from '@recloser/protocol';
import { mapInTurns, type Log } from '@recloser/server';
import { summaryOf } from '../breakers/breaker-model.js';

const METRICS_MS = 1_000;
/** A healthy SDK reports once a second: by then a second's counts have come in from everywhere. */
const COMPLETE_AFTER_MS = 2_000;
const MAX_EVENTS = 200;
/** As far back as a sparkline shows. */
const PAST_SECONDS = 60;
/** Of all breakers and seconds together. */
const PAST_FIGURES = 20_000;

/** Changes that no frame has carried yet; null: more was missed than the change log tells. */
type Pending = (ChangeSet | null)[];

export type Watcher = (text: string) => void;

/** A snapshot that is about to be read, and who waits for it. */
interface NextSnapshot {
  readonly watchers: Watcher[];
  readonly sent: Promise<void>;
}

export interface ConsoleFeedOptions {
  readonly node: Pick<EnvironmentReplica, 'environmentId' | 'onChanges'> & {
    readonly hub: Pick<Hub, 'seq'>;
  };
  readonly db: { readonly states: Pick<States, 'load'>; readonly audit: Pick<Audit, 'list'> };
  readonly backbone: { readonly signals: Pick<SignalStore, 'perSecondTotals' | 'acks'> };
  readonly clock: Pick<StoreClock, 'storeNow'>;
  readonly log: Log;
}

/** What consoles see of one environment: read once, serialised once, sent to all who watch. Idle when nobody does. */
export class ConsoleFeed {
  readonly #options: ConsoleFeedOptions;
  readonly #watchers = new Set<Watcher>();
  #stopListening: (() => void) | null = null;
  #timer: NodeJS.Timeout | null = null;
  #reading: Promise<void> = Promise.resolve();
  #lastSecond = 0;
  #kept: { readonly second: number; readonly frames: readonly string[] } | null = null;
  #pending: Pending = [];
  #next: NextSnapshot | null = null;
  /** Who watches or waits for the snapshot. */
  #wanted = 0;

  constructor(options: ConsoleFeedOptions) {
    this.#options = options;
  }

  /** Sends a snapshot, then what changes. Rejects when the snapshot cannot be read. */
  async watch(watcher: Watcher): Promise<() => void> {
    this.#wanted += 1;
    this.#start();
    try {
      await this.#join(watcher);
    } catch (error) {
      this.#leave(watcher);
      throw error;
    }
    return () => this.#leave(watcher);
  }

  /** Whoever comes while a snapshot waits for its turn gets that one: many who come cost two. */
  #join(watcher: Watcher): Promise<void> {
    this.#next ??= this.#queueSnapshot();
    this.#next.watchers.push(watcher);
    return this.#next.sent;
  }

  #queueSnapshot(): NextSnapshot {
    const watchers: Watcher[] = [];
    // In the queue of the changes, so that none is missed and none comes before the snapshot.
    const sent = this.#reading.then(async () => {
      this.#next = null;
      const text = await this.#snapshotText();
      const past = await this.#past();
      for (const watcher of watchers) {
        watcher(text);
        for (const frame of past) watcher(frame);
        this.#watchers.add(watcher);
      }
    });
    this.#reading = sent.catch(() => undefined);
    return { watchers, sent };
  }

  #leave(watcher: Watcher): void {
    this.#watchers.delete(watcher);
    this.#wanted -= 1;
    if (this.#wanted === 0) this.#stop();
  }

  #start(): void {
    this.#stopListening ??= this.#options.node.onChanges((changes) => {
      this.#pending.push(changes);
      this.#reading = this.#reading
        .then(() => this.#changed())
        .catch((error: unknown) => {
          this.#options.log.warn({ err: error }, 'a change did not reach the consoles');
        });
    });
    this.#timer ??= setInterval(() => void this.#metrics(), METRICS_MS);
  }

  #stop(): void {
    this.#stopListening?.();
    this.#stopListening = null;
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  #send(frame: ConsoleServerFrame): void {
    const text = JSON.stringify(frame);
    for (const watcher of this.#watchers) watcher(text);
  }

  /** A snapshot frame. One of ten thousand breakers is made a few at a time. */
  async #snapshotText(): Promise<string> {
    const { db, node, clock } = this.#options;
    const loaded = await db.states.load(node.environmentId);
    const seq = loaded.reduce((last, breaker) => Math.max(last, breaker.seq), node.hub.seq);
    const at = clock.storeNow();
    return textWithBreakers({ t: 'snapshot', seq, breakers: [], at }, loaded);
  }

  /** Sends what has gathered, as one frame: what comes in while one is being made waits for the next. */
  async #changed(): Promise<void> {
    const gathered = this.#pending;
    this.#pending = [];
    if (this.#watchers.size === 0 || gathered.length === 0) return;
    const changes = gathered.filter((one) => one !== null);
    const known = changes.length === gathered.length;
    const text = known ? await this.#changesText(changes) : await this.#snapshotText();
    for (const watcher of this.#watchers) watcher(text);
  }

  async #changesText(sets: readonly ChangeSet[]): Promise<string> {
    const { db, node, clock } = this.#options;
    const changes = sets.flatMap((set) => set.changes);
    const keys = [...new Set(changes.map(({ key }) => key))];
    const from = Math.min(...sets.map((set) => set.from));
    const seq = Math.max(...sets.map((set) => set.seq));
    const chain = node.environmentId;
    const limit = Math.min(MAX_EVENTS, changes.length);
    const [loaded, { items }] = await Promise.all([
      db.states.load(node.environmentId, keys),
      // A dead breaker tells of a failed probe round about once a second: they would bury what else happens.
      db.audit.list({ chain, probeRounds: 'fold' }, { limit }),
    ]);
    const found = new Set(loaded.map(({ key }) => key));
    const frame: ConsoleChangesFrame = {
      t: 'changes',
      seq,
      breakers: [],
      removed: keys.filter((key) => !found.has(key)),
      events: items.filter((event) => event.seq !== null && event.seq > from && event.seq <= seq),
      at: clock.storeNow(),
    };
    return textWithBreakers(frame, loaded);
  }

  async #metrics(): Promise<void> {
    const { clock, log } = this.#options;
    const second = Math.floor((clock.storeNow() - COMPLETE_AFTER_MS) / 1_000) - 1;
    if (this.#watchers.size === 0 || second <= this.#lastSecond) return;
    this.#lastSecond = second;
    try {
      this.#send(await this.#metricsFrame(second * 1_000));
    } catch (error) {
      log.warn({ err: error }, 'figures did not reach the consoles');
    }
  }

  /** The last minute's figures, so that sparklines are there at once; read once a second for all who come. */
  async #past(): Promise<readonly string[]> {
    const { clock, log } = this.#options;
    const second =
      this.#lastSecond || Math.floor((clock.storeNow() - COMPLETE_AFTER_MS) / 1_000) - 1;
    if (this.#kept?.second === second) return this.#kept.frames;
    try {
      const past = await this.#pastFrames(second + 1);
      const frames = await mapInTurns(past, (frame) => JSON.stringify(frame));
      this.#kept = { second, frames };
      return frames;
    } catch (error) {
      log.warn({ err: error }, 'past figures did not reach a console');
      return [];
    }
  }

  async #pastFrames(end: number): Promise<readonly ConsoleMetricsFrame[]> {
    const { backbone, node } = this.#options;
    const { seq } = node.hub;
    const newest = await this.#pastSums(end);
    if (newest.length === 0) return [];
    const { connected, applied, behind } = await backbone.signals.acks(node.environmentId, seq);
    const convergence = { seq, connected, applied, behind: [...behind] };
    const seconds = new Map<number, ConsoleMetricsFrame['items']>();
    for (const sum of newest) {
      const items = seconds.get(sum.second);
      if (items === undefined) seconds.set(sum.second, [itemOf(sum)]);
      else items.push(itemOf(sum));
    }
    return [...seconds].map(([second, items]): ConsoleMetricsFrame => {
      return { t: 'metrics', at: second * 1_000, items, connected, convergence };
    });
  }

  /** Thousands of breakers get a shorter past: what is read and what a console is sent stay bounded. */
  async #pastSums(end: number): Promise<readonly SecondSum[]> {
    const read = (from: number, to: number) =>
      this.#options.backbone.signals.perSecondTotals(
        this.#options.node.environmentId,
        from * 1_000,
        to * 1_000,
      );
    const last = await read(end - 1, end);
    const seconds = Math.min(PAST_SECONDS, Math.floor(PAST_FIGURES / Math.max(1, last.length)));
    if (seconds <= 1) return last.slice(0, PAST_FIGURES);
    return [...(await read(end - seconds, end - 1)), ...last].slice(-PAST_FIGURES);
  }

  async #metricsFrame(at: number): Promise<ConsoleMetricsFrame> {
    const { backbone, node } = this.#options;
    const { seq } = node.hub;
    const [sums, acks] = await Promise.all([
      backbone.signals.perSecondTotals(node.environmentId, at, at + 1_000),
      backbone.signals.acks(node.environmentId, seq),
    ]);
    const { connected, applied, behind } = acks;
    return {
      t: 'metrics',
      at,
      items: sums.map(itemOf),
      connected,
      convergence: { seq, connected, applied, behind: [...behind] },
    };
  }
}

/** The text of a frame with these breakers, made a few at a time: there may be ten thousand. */
async function textWithBreakers(
  frame: ConsoleSnapshotFrame | ConsoleChangesFrame,
  loaded: readonly LoadedBreaker[],
): Promise<string> {
  const rows = await mapInTurns(loaded, (breaker) => JSON.stringify(summaryOf(breaker)));
  return JSON.stringify(frame).replace('"breakers":[]', () => `"breakers":[${rows.join(',')}]`);
}

function itemOf({ breaker, counts }: SecondSum): ConsoleMetricsFrame['items'][number] {
  return [breaker, counts.ok, counts.failures, counts.rejected, counts.slow];
}

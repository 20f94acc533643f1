import { type CompilePattern, compileRulesWith, findRule, SegmentBook } from '@recloser/core';
import { type Instance } from '@recloser/protocol';
import { type Emitter } from '../emitter.js';
import { type RecloserEvents } from '../events.js';
import { type RecloserOptions } from '../options/options.js';
import { type Outbox } from '../signals/outbox.js';
import { type Registry } from '../breaker/registry.js';
import { type System } from '../platform/system.js';
import { type Scheduler } from '../platform/scheduler.js';
import { Connection, type ConnectionSystem } from './connection.js';
import { socketUrl } from './endpoint.js';
import { type Border } from './guarded-socket.js';
import { succeed, type Succession } from './hot-reload.js';
import { PatternGate, Patterns } from './patterns.js';
import { RegistryFeed } from './registry-feed.js';
import { Reporter } from './reporter.js';
import { ProtocolClient } from './protocol-client.js';
import { SnapshotFile } from './snapshot-file.js';
import { StagedState } from './staged-state.js';

const DEFAULT_URL = 'ws://localhost:4400';
/** How often `flush` looks whether all has arrived. */
const LOOK_MS = 20;

/** Dependencies from the main entry. Import types only, so that no class is duplicated across chunks. */
export interface ControlPlaneParts extends Border {
  readonly options: RecloserOptions;
  readonly instance: Instance;
  readonly system: System;
  readonly scheduler: Scheduler;
  readonly random: () => number;
  readonly registry: Registry;
  readonly outbox: Outbox;
  /** A variable of the environment, where it may be read. */
  readonly variable: (name: string) => string | undefined;
  readonly events: Emitter<RecloserEvents>;
}

export interface ControlPlaneStatus {
  /** By which the server knows this process. */
  readonly instanceId: string;
  readonly connected: boolean;
  readonly polling: boolean;
  readonly takenOver: boolean;
  readonly epoch: string | null;
  readonly seq: number | null;
  readonly unknownFrames: number;
  readonly malformedFrames: number;
}

/** `patterns`: what reads the patterns of rules, where nothing may be loaded later. */
export type OpenControlPlane = (
  parts: ControlPlaneParts,
  patterns?: CompilePattern,
) => ControlPlaneClient;

/** @internal A system for tests and simulations. */
export interface LinkedSystem extends System {
  /** Opens the control-plane client within the constructor. Left out, its chunk is loaded first. */
  readonly uplink?: OpenControlPlane | undefined;
}

/**
 * The control-plane client: the snapshot file, the connection, and the frames in both directions. It is a chunk of its
 * own, loaded by the first `Recloser` that connects.
 */
export class ControlPlaneClient {
  readonly #parts: ControlPlaneParts;
  readonly #reporter: Reporter;
  readonly #feed: RegistryFeed;
  readonly #book: SegmentBook;
  readonly #protocol: ProtocolClient;
  readonly #gate: PatternGate;
  readonly #file: SnapshotFile | null;
  readonly #hasTarget: boolean;
  #succession: Succession | null = null;
  /** Null until there is something to connect by. */
  #connection: Connection | null = null;
  #ended = false;

  constructor(parts: ControlPlaneParts, engine?: CompilePattern) {
    const { registry, outbox, scheduler, random, options } = parts;
    this.#parts = parts;
    const patterns = new Patterns(engine, parts.onError);
    const { compile } = patterns;
    const book = (this.#book = new SegmentBook(compile));
    // Every breaker asks the one copy of a segment.
    registry.rules = {
      compile: (rules) => compileRulesWith(compile, rules, book.find),
      find: findRule,
    };
    this.#reporter = new Reporter(outbox, scheduler, random);
    this.#feed = new RegistryFeed(registry, parts.events, (frame) => {
      this.#connection?.send(frame);
    });
    const own = { feed: this.#feed, reporter: this.#reporter, book };
    this.#protocol = new ProtocolClient(parts.instance, { ...parts, ...own });
    this.#gate = new PatternGate(patterns, this.#protocol);
    this.#file = this.#openFile(options.snapshotFile);
    this.#hasTarget = options.connect !== false && this.#connect(options);
  }

  /** False: no state will ever come, or none any more. */
  get connecting(): boolean {
    return this.#hasTarget && !this.#ended;
  }

  get seq(): number | null {
    return this.#protocol.seq;
  }

  get status(): ControlPlaneStatus {
    const { instanceId, connected, takenOver, epoch, seq } = this.#protocol;
    const { unknownFrames, malformedFrames } = this.#protocol;
    const polling = this.#connection?.polling ?? false;
    const frames = { unknownFrames, malformedFrames };
    return { instanceId, connected, polling, takenOver, epoch, seq, ...frames };
  }

  noticeKey(): void {
    this.#protocol.noticeKey();
  }

  /** Sends what is counted once there is a connection; true when the control plane has all of it within `ms`. */
  async flush(ms: number): Promise<boolean> {
    const { scheduler, outbox } = this.#parts;
    const { lost } = outbox;
    const sent = await within(scheduler, ms, (done) => {
      const task = scheduler.task((now) => {
        this.#connection?.wake(now);
        this.#reporter.flush(now);
        if (this.#protocol.connected && this.#reporter.idle) done(true);
        else scheduler.schedule(task, now + LOOK_MS);
      });
      scheduler.schedule(task, scheduler.now());
      return () => scheduler.drop(task);
    });
    return sent && lost === outbox.lost;
  }

  /** True once the first state is in force, false when it is not within `ms`. */
  untilReady(ms: number): Promise<boolean> {
    if (this.#protocol.ready) return Promise.resolve(true);
    const { scheduler, events } = this.#parts;
    return within(scheduler, ms, (done) => events.on('applied', () => done(true)));
  }

  /** Sends and writes what is left, waits until it has arrived, for `ms` at most, and disconnects. */
  async close(ms: number): Promise<void> {
    const { scheduler } = this.#parts;
    this.#reporter.flush(scheduler.now());
    const settled = Promise.all([this.#reporter.settled(), this.#file?.flush()]);
    await within(scheduler, ms, (done) => {
      void settled.then(() => done(true));
      return () => undefined;
    });
    this.#succession?.end();
    this.#disconnect();
  }

  #disconnect(): void {
    this.#ended = true;
    this.#connection?.send({ t: 'goodbye' });
    this.#connection?.stop();
    this.#gate.drop();
    this.#protocol.end();
  }

  /** What development servers leave behind when they load a module again must not stay connected. */
  #succeed(url: string, key: string): void {
    const { options, instance, scheduler, variable, onError } = this.#parts;
    if (variable('NODE_ENV') !== 'development') return;
    const purpose = JSON.stringify([url, key, instance.service, options.instanceId]);
    this.#succession = succeed(purpose, () => {
      this.#disconnect();
      this.#protocol.takeOver(scheduler.now());
    });
    if (!this.#succession.mustWarn) return;
    const message = `A Recloser for "${instance.service}" was made again in this process, so the earlier one is disconnected and decides alone. Keep one on globalThis, or give each its own instanceId`;
    onError('made_again', message);
  }

  /** False when there is nowhere to connect to. */
  #connect(options: RecloserOptions): boolean {
    const { system, variable, onError } = this.#parts;
    const url = socketUrl(options.url ?? variable('RECLOSER_URL') ?? DEFAULT_URL);
    if (url === null) {
      const message = 'The url is not a control plane address: use ws://host:port or wss://host';
      onError('invalid_url', message);
      return false;
    }
    // A file that it was read from ends with a line break more often than not.
    const key = (options.sdkKey ?? variable('RECLOSER_SDK_KEY') ?? '').trim();
    this.#succeed(url, key);
    const headers: Record<string, string> = key === '' ? {} : { authorization: `Bearer ${key}` };
    if (hasSockets(system)) {
      this.#start(url, headers, system);
    } else {
      const { proxy = variable('RECLOSER_PROXY'), ...connection } = options.connection ?? {};
      import('./node-transport.js')
        .then(({ nodeTransport }) => {
          const own = nodeTransport({ ...connection, proxy }, system);
          this.#start(url, headers, { ...own, random: () => system.random() });
        })
        .catch((cause: unknown) => {
          onError('transport_not_loaded', 'What opens connections cannot be used', cause);
        });
    }
    return true;
  }

  #start(
    url: string,
    headers: Readonly<Record<string, string>>,
    transport: ConnectionSystem,
  ): void {
    if (this.#ended) return;
    const parts = this.#parts;
    this.#protocol.understands(transport.features ?? []);
    const connection = new Connection(url, headers, transport, parts.scheduler, this.#gate, parts);
    this.#connection = connection;
    this.#protocol.attach(connection);
    connection.start();
  }

  /** Starts from what an earlier process has kept, and keeps what comes. */
  #openFile(path: string | undefined): SnapshotFile | null {
    if (path === undefined) return null;
    const protocol = this.#protocol;
    const { registry, system, scheduler, events, onError } = this.#parts;
    const book = this.#book;
    const current = () => {
      const { epoch, seq } = protocol;
      if (epoch === null || seq === null) return null;
      const segmentsId = book.size === 0 ? undefined : `${protocol.instanceId}.${book.version}`;
      const breakers = [...registry.views.values()];
      return { epoch, seq, fleet: registry.fleet, segmentsId, breakers };
    };
    const segments = () => book.all();
    const file = new SnapshotFile(path, system, scheduler, current, segments, (cause) => {
      onError('snapshot_not_written', `The snapshot file ${path} cannot be written`, cause);
    });
    const kept = file.read((cause) => {
      onError('snapshot_not_read', `The snapshot file ${path} is none, and is not used`, cause);
    });
    if (kept !== null) {
      const { snapshot, segments: keptSegments } = kept;
      for (const segment of keptSegments ?? []) book.take(segment);
      const views = new StagedState(book).complete(snapshot.breakers, true);
      this.#feed.hydrate(views, snapshot.fleet, scheduler.now());
      // Without its segments it is good for a start, and the control plane is asked for everything.
      if (keptSegments !== null) protocol.remember(snapshot.epoch, snapshot.seq);
    }
    events.on('applied', () => file.touch());
    return file;
  }
}

export { replaceFile } from './replace-file.js';

export const openUplink: OpenControlPlane = (...parts) => new ControlPlaneClient(...parts);

/** Resolves with what `begin` calls back, or with false after `ms`. The process lives that long. */
function within(
  scheduler: Scheduler,
  ms: number,
  begin: (done: (value: boolean) => void) => () => void,
): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (value: boolean): void => {
      forget();
      cancel();
      resolve(value);
    };
    let cancel = (): void => undefined;
    const forget = scheduler.after(Math.max(0, ms), () => end(false));
    cancel = begin(end);
  });
}

function hasSockets(system: System): system is System & Required<Pick<System, 'connect'>> {
  return system.connect !== undefined;
}

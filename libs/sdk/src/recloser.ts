import { type BreakerView, type Context } from '@recloser/core';
import { type Instance } from '@recloser/protocol';
import { Alarms } from './alarms.js';
import { Ambient } from './ambient.js';
import { type Breaker } from './breaker.js';
import { Connection } from './connection.js';
import { Emitter } from './emitter.js';
import { socketUrl } from './endpoint.js';
import { type OnError, RecloserSdkError } from './errors.js';
import { type RecloserEvents } from './events.js';
import { forcedStates, watchText } from './force.js';
import { Guard, type GuardParts } from './guard.js';
import { baseContext, instanceOf } from './instance.js';
import { nodeSystem } from './node-system.js';
import { checkOptions, demand, isString } from './option-checks.js';
import { BREAKER_OPTIONS, RECLOSER_OPTIONS } from './option-schema.js';
import { type BreakerOptions, type CachingOptions, type RecloserOptions } from './options.js';
import { ProbeReporter } from './probe.js';
import { Pulse } from './pulse.js';
import { Registry } from './registry.js';
import { Reporter } from './reporter.js';
import { Session } from './session.js';
import { SnapshotFile } from './snapshot-file.js';
import { type BreakerStats, statsOf } from './stats.js';
import { type System } from './system.js';
import { Timeline } from './timeline.js';

const DEFAULT_URL = 'ws://localhost:4400';
const READY_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 1_000;

/** What the SDK says about itself. */
export interface RecloserStatus {
  readonly instanceId: string;
  readonly connected: boolean;
  /** Connected by HTTP requests every few seconds, as no socket gets through. */
  readonly polling: boolean;
  /** This process decides by itself: the last known state is older than its lease. */
  readonly takenOver: boolean;
  readonly epoch: string | null;
  readonly seq: number | null;
  /** Calls whose counts never reached the control plane. */
  readonly lostCalls: number;
  readonly unknownFrames: number;
  readonly malformedFrames: number;
}

/** One process's connection to the control plane, and its breakers. */
export class Recloser {
  readonly #system: System;
  readonly #timeline: Timeline;
  readonly #ambient = new Ambient();
  readonly #events: Emitter<RecloserEvents>;
  readonly #registry: Registry;
  readonly #reporter: Reporter;
  readonly #session: Session;
  readonly #file: SnapshotFile | null;
  readonly #connection: Connection | null;
  readonly #unwatch: () => void;
  readonly #parts: GuardParts;
  readonly #instance: Instance;
  readonly #defaults: BreakerOptions;
  readonly #plain = new Map<string, Breaker>();
  readonly #warned = new Set<string>();
  #closing: Promise<void> | null = null;

  /**
   * Connects in the background; calls pass from the first moment on.
   * @throws RecloserOptionError for options that are not what they have to be; nothing else throws, then or later
   */
  constructor(options: RecloserOptions = {}, system: System = nodeSystem()) {
    checkOptions('', options, RECLOSER_OPTIONS);
    const random = (): number => system.random();
    const onError: OnError = (...about) => this.#fail(...about);
    this.#system = system;
    this.#defaults = options.defaults ?? {};
    this.#instance = instanceOf(options, system);
    this.#timeline = new Timeline(system, (cause) =>
      onError('internal_error', 'The SDK failed inside', cause),
    );
    this.#events = new Emitter((cause) => onError('listener_failed', 'A listener threw', cause));
    this.#reporter = new Reporter(this.#timeline, random);
    const parts = { random, reporter: this.#reporter, events: this.#events };
    const base = baseContext(options, this.#instance);
    const policies = new Map(Object.entries(options.policies ?? {}));
    const { policy = null } = this.#defaults;
    this.#registry = new Registry({ ...parts, base, policies, policy });
    this.#unwatch = this.#watchForce(options);
    // Nobody else probes what this process alone decides about.
    if (options.connect === false) this.#registry.fleet = 0;
    this.#session = new Session(this.#instance, {
      ...parts,
      timeline: this.#timeline,
      registry: this.#registry,
      onError,
    });
    this.#parts = this.#guardParts(random);
    this.#file = this.#openFile(options.snapshotFile);
    this.#connection = options.connect === false ? null : this.#connect(options);
  }

  /**
   * The breaker of a dependency. Asking for it is enough: one that the control plane does not know admits all, and is
   * shown there as discovered.
   * @throws RecloserOptionError
   */
  breaker(key: string, options: CachingOptions): Breaker;
  breaker<F = never>(key: string, options?: BreakerOptions<F>): Breaker<F>;
  breaker<F = never>(key: string, options?: BreakerOptions<F>): Breaker<F> {
    demand('key', key, isString);
    if (options !== undefined) checkOptions('', options, BREAKER_OPTIONS);
    const isNew = !this.#registry.has(key);
    const cell = this.#registry.cell(key, this.#timeline.now());
    if (options?.policy !== undefined) cell.adopt(options.policy);
    if (isNew) this.#session.noticeKey();
    if (options !== undefined) {
      return new Guard<F>(cell, { ...this.#defaults, ...options }, this.#parts);
    }
    let plain = this.#plain.get(key);
    if (plain === undefined) {
      plain = new Guard(cell, this.#defaults, this.#parts);
      this.#plain.set(key, plain);
    }
    return plain;
  }

  /** True once the first state is in force, false when it is not within `timeoutMs` (10 s). Never rejects. */
  ready(options: { readonly timeoutMs?: number } = {}): Promise<boolean> {
    if (this.#session.ready) return Promise.resolve(true);
    if (this.#closing !== null || this.#connection === null) return Promise.resolve(false);
    return this.#within(options.timeoutMs ?? READY_TIMEOUT_MS, (done) =>
      this.#events.on('applied', () => done(true)),
    );
  }

  /** Calls `listener` on each event from now on; returns a function that ends this. */
  on<K extends keyof RecloserEvents>(
    event: K,
    listener: (event: RecloserEvents[K]) => void,
  ): () => void {
    return this.#events.on(event, listener);
  }

  status(): RecloserStatus {
    const { connected, takenOver, epoch, seq, unknownFrames, malformedFrames } = this.#session;
    return {
      instanceId: this.#instance.id,
      connected,
      polling: this.#connection?.polling ?? false,
      takenOver,
      epoch,
      seq,
      lostCalls: this.#reporter.lost,
      unknownFrames,
      malformedFrames,
    };
  }

  /**
   * Runs `fn`, and gives `context` to all calls that are made inside, also after an `await`: `protect`, `allows`,
   * `decide` and `acquire` find it by themselves. Contexts nest; the inner one's attributes win, and a call's own most.
   */
  withContext<T>(context: Context, fn: () => T): T {
    return this.#ambient.run(context, fn);
  }

  /** What is counted for each breaker that this process uses. */
  stats(): readonly BreakerStats[] {
    return Array.from(this.#registry.cells, (cell) => statsOf(cell, this.#parts.pulse));
  }

  /** All breakers of the environment, as last heard. */
  breakers(): readonly BreakerView[] {
    return [...this.#registry.views.values()];
  }

  /**
   * Sends what is counted, waits for its acknowledgement for `timeoutMs` (1 s) at most, and disconnects. Calls go on
   * to work afterwards: they all pass, and are not reported.
   */
  close(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#close(options.timeoutMs ?? CLOSE_TIMEOUT_MS);
    return this.#closing;
  }

  #connect(options: RecloserOptions): Connection | null {
    const { env } = this.#system;
    const url = socketUrl(options.url ?? env['RECLOSER_URL'] ?? DEFAULT_URL);
    if (url === null) {
      const message = 'The url is no control plane address: use ws://host:port or wss://host';
      this.#fail('invalid_url', message);
      return null;
    }
    const key = options.sdkKey ?? env['RECLOSER_SDK_KEY'] ?? '';
    const headers: Record<string, string> = key === '' ? {} : { authorization: `Bearer ${key}` };
    const connection = new Connection(url, headers, this.#system, this.#timeline, this.#session);
    this.#session.attach(connection);
    connection.start();
    return connection;
  }

  /** Forces what options, variable and file say, and follows the file. */
  #watchForce({ force: given, forceFile }: RecloserOptions): () => void {
    const { env } = this.#system;
    const apply = (text?: string): void => {
      const { force, problem } = forcedStates(given, env['RECLOSER_FORCE'], text);
      if (problem !== null) this.#fail('invalid_force', problem);
      this.#registry.force(force, this.#timeline.now());
    };
    const path = forceFile ?? env['RECLOSER_FORCE_FILE'];
    if (path !== undefined) return watchText(path, this.#system, apply);
    apply();
    return () => undefined;
  }

  /** Starts from what an earlier process has kept, and keeps what comes. */
  #openFile(path: string | undefined): SnapshotFile | null {
    if (path === undefined) return null;
    const session = this.#session;
    const current = () => {
      const { epoch, seq } = session;
      if (epoch === null || seq === null) return null;
      return { epoch, seq, fleet: this.#registry.fleet, breakers: this.breakers() };
    };
    const file = new SnapshotFile(path, this.#system, this.#timeline, current, (cause) => {
      const message = `The snapshot file ${path} cannot be written`;
      this.#fail('snapshot_not_written', message, cause);
    });
    const kept = file.read((cause) => {
      const message = `The snapshot file ${path} is none, and is not used`;
      this.#fail('snapshot_not_read', message, cause);
    });
    if (kept !== null) {
      this.#registry.fleet = kept.fleet;
      this.#registry.replace(kept.breakers, this.#timeline.now());
      session.remember(kept.epoch, kept.seq);
    }
    this.#events.on('applied', () => file.touch());
    return file;
  }

  #guardParts(random: () => number): GuardParts {
    return {
      pulse: new Pulse(this.#timeline),
      alarms: new Alarms(this.#timeline),
      random,
      clock: () => this.#system.now(),
      instanceId: this.#instance.id,
      seq: () => this.#session.seq,
      contextOf: (context) => this.#ambient.over(context),
      probes: new ProbeReporter((frame) => {
        this.#connection?.send(frame);
      }),
    };
  }

  async #close(timeoutMs: number): Promise<void> {
    this.#reporter.flush(this.#timeline.now());
    await this.#within(timeoutMs, (done) => {
      void Promise.all([this.#reporter.settled(), this.#file?.flush()]).then(() => done(true));
      return () => undefined;
    });
    this.#connection?.send({ t: 'goodbye' });
    this.#connection?.stop();
    this.#session.end();
    this.#unwatch();
    this.#registry.release();
    this.#events.clear();
  }

  /** Resolves with what `begin` calls back, or with false after `ms`. The process lives that long. */
  #within(ms: number, begin: (done: (value: boolean) => void) => () => void): Promise<boolean> {
    const timeline = this.#timeline;
    return new Promise((resolve) => {
      let cancel = (): void => undefined;
      const end = (value: boolean): void => {
        timeline.drop(task);
        timeline.release();
        cancel();
        resolve(value);
      };
      const task = timeline.task(() => end(false));
      timeline.hold();
      timeline.schedule(task, timeline.now() + Math.max(0, ms));
      cancel = begin((value) => {
        if (timeline.has(task)) end(value);
      });
    });
  }

  /** Tells the listeners; where there are none the developer, once per kind. */
  #fail(code: string, message: string, cause?: unknown): void {
    if (this.#events.has('error') && code !== 'listener_failed') {
      this.#events.emit('error', new RecloserSdkError(code, message, { cause }));
    } else if (!this.#warned.has(code)) {
      this.#warned.add(code);
      this.#system.warn(`${message}. Calls go on as before.`, `RECLOSER_${code.toUpperCase()}`);
    }
  }
}

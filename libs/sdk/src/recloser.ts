import { ADMISSION_ALL, type BreakerView, type Context } from '@recloser/core';
import { type Instance } from '@recloser/protocol';
import { ContextStorage } from './platform/context-storage.js';
import { type Breaker } from './breaker/breaker.js';
import { Emitter } from './emitter.js';
import { type OnError, RecloserSdkError } from './errors.js';
import { type RecloserEvents } from './events.js';
import { forcedStates, watchText } from './breaker/force.js';
import { BreakerHandle, type HandleParts } from './breaker/breaker-handle.js';
import { inOwnContext } from './platform/own-context.js';
import { baseContext, instanceOf } from './platform/instance.js';
import { nodeSystem } from './platform/node-system.js';
import { LEVEL, RECLOSER } from './brand.js';
import { checkOptions, demand, isString } from './options/option-checks.js';
import { BREAKER_OPTIONS, RECLOSER_OPTIONS } from './options/option-schema.js';
import {
  type BreakerOptions,
  type CachingOptions,
  type RecloserOptions,
} from './options/options.js';
import { Outbox } from './signals/outbox.js';
import { read } from './signals/read.js';
import { CoarseClock } from './signals/coarse-clock.js';
import { Registry } from './breaker/registry.js';
import { type BreakerStats, statsOf } from './breaker/stats.js';
import { type System } from './platform/system.js';
import { Scheduler } from './platform/scheduler.js';
import {
  type LinkedSystem,
  type OpenControlPlane,
  type ControlPlaneClient,
  type ControlPlaneParts,
} from './control-plane/control-plane-client.js';

const READY_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 1_000;
const FLUSH_TIMEOUT_MS = 1_000;
/** Until the control-plane client is open. */
const NO_UPLINK = {
  connected: false,
  polling: false,
  takenOver: false,
  epoch: null,
  seq: null,
  unknownFrames: 0,
  malformedFrames: 0,
};

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
  /** @internal */
  declare readonly [RECLOSER]: number;
  readonly #system: LinkedSystem;
  readonly #scheduler: Scheduler;
  readonly #contextStorage = new ContextStorage();
  readonly #events: Emitter<RecloserEvents>;
  readonly #registry: Registry;
  readonly #outbox = new Outbox();
  readonly #unwatch: () => void;
  readonly #parts: HandleParts;
  readonly #instance: Instance;
  readonly #defaults: BreakerOptions;
  readonly #plain = new Map<string, Breaker>();
  readonly #warned = new Set<string>();
  /** Null until it is loaded, and for good where nobody needs it. */
  #client: ControlPlaneClient | null = null;
  /** Resolves when the control-plane client is open, or when there will be none. */
  readonly #opening: Promise<void>;
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
    this.#scheduler = new Scheduler(system, this.#failed);
    const onListenerFailed = (cause: unknown): void =>
      onError('listener_failed', 'A listener threw', cause);
    this.#events = new Emitter(onListenerFailed);
    const parts = { random, outbox: this.#outbox, events: this.#events };
    const base = baseContext(options, this.#instance);
    const policies = new Map(Object.entries(options.policies ?? {}));
    const { policy = null } = this.#defaults;
    this.#registry = new Registry({ ...parts, base, policies, policy, onListenerFailed });
    this.#unwatch = this.#watchForce(options);
    // Nobody else probes what this process alone decides about.
    if (options.connect === false) this.#registry.fleet = 0;
    this.#parts = this.#handleParts(random);
    const [instance, scheduler, registry] = [this.#instance, this.#scheduler, this.#registry];
    const all = { ...parts, options, system, instance, scheduler, registry, onError, inOwnContext };
    const variable = this.#variable;
    this.#opening = inOwnContext(() => this.#open({ ...all, variable }));
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
    const isNew = this.#registry.known(key) === undefined;
    const runtime = this.#registry.runtime(key, this.#scheduler.now());
    if (options?.policy !== undefined) runtime.adopt(options.policy);
    if (isNew) this.#client?.noticeKey();
    if (options !== undefined) {
      return new BreakerHandle<F>(runtime, { ...this.#defaults, ...options }, this.#parts);
    }
    let plain = this.#plain.get(key);
    if (plain === undefined) {
      plain = new BreakerHandle(runtime, this.#defaults, this.#parts);
      this.#plain.set(key, plain);
    }
    return plain;
  }

  /** True once the first state is in force, false when it is not within `timeoutMs` (10 s). Never rejects. */
  ready(options: { readonly timeoutMs?: number } = {}): Promise<boolean> {
    return this.#ask(options.timeoutMs ?? READY_TIMEOUT_MS, (client, ms) => client.untilReady(ms));
  }

  /**
   * Forgets a breaker that is not needed any more, such as one of a tenant that is gone. What it has counted is still
   * sent. Breakers that were made for this key before let all calls through from now on. False when there is none.
   */
  drop(key: string): boolean {
    this.#plain.delete(key);
    return this.#registry.drop(key);
  }

  /** Calls `listener` on each event from now on; returns a function that ends this. */
  on<K extends keyof RecloserEvents>(
    event: K,
    listener: (event: RecloserEvents[K]) => void,
  ): () => void {
    return this.#events.on(event, listener);
  }

  status(): RecloserStatus {
    const { id: instanceId } = this.#instance;
    return { instanceId, lostCalls: this.#outbox.lost, ...(this.#client?.status ?? NO_UPLINK) };
  }

  /**
   * Runs `fn`, and gives `context` to all calls that are made inside, also after an `await`: `protect`, `allows`,
   * `decide` and `acquire` find it by themselves. Contexts nest; the inner one's attributes win, and a call's own most.
   */
  withContext<T>(context: Context, fn: () => T): T {
    return this.#contextStorage.run(context, fn);
  }

  /** What is counted for each breaker that this process uses. */
  stats(): readonly BreakerStats[] {
    return Array.from(this.#registry.runtimes, (runtime) =>
      statsOf(runtime, this.#parts.coarseClock),
    );
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

  /**
   * Sends what is counted, and waits for the connection and for its acknowledgement, for `timeoutMs` (1 s) at most. For
   * processes that are stopped between calls, as serverless functions are. True when the control plane has it all; false
   * when it has not, or there is none. Never rejects.
   */
  flush(options: { readonly timeoutMs?: number } = {}): Promise<boolean> {
    return this.#ask(options.timeoutMs ?? FLUSH_TIMEOUT_MS, (client, ms) => client.flush(ms));
  }

  /**
   * What the control-plane client says within what is left of `ms` once it is loaded; false where there is none, or no
   * more.
   */
  async #ask(
    ms: number,
    ask: (client: ControlPlaneClient, leftMs: number) => Promise<boolean>,
  ): Promise<boolean> {
    const begin = this.#scheduler.now();
    await this.#opening;
    const client = this.#closing === null ? this.#client : null;
    return client?.connecting === true && ask(client, ms - (this.#scheduler.now() - begin));
  }

  /**
   * Opens the control-plane client: at once if the system brings it, else once its chunk is loaded. Until then calls
   * pass and are counted.
   */
  #open(parts: ControlPlaneParts): Promise<void> {
    const { connect, snapshotFile } = parts.options;
    if (connect === false && snapshotFile === undefined) return Promise.resolve();
    const use = (open: OpenControlPlane): void => {
      if (this.#closing === null) this.#client = open(parts);
    };
    if (this.#system.uplink !== undefined) {
      use(this.#system.uplink);
      return Promise.resolve();
    }
    return import('./control-plane/control-plane-client.js')
      .then(({ openUplink }) => use(openUplink))
      .catch((cause: unknown) => {
        const message = 'What connects cannot be loaded: this process decides alone';
        this.#fail('uplink_not_loaded', message, cause);
      });
  }

  /** Forces what options, variable and file say, and follows the file. */
  #watchForce({ force: given, forceFile }: RecloserOptions): () => void {
    const apply = (text?: string): void => {
      const { force, problem } = forcedStates(given, this.#variable('RECLOSER_FORCE'), text);
      if (problem !== null) this.#fail('invalid_force', problem);
      this.#registry.force(force, this.#scheduler.now());
    };
    const path = forceFile ?? this.#variable('RECLOSER_FORCE_FILE');
    if (path !== undefined) return watchText(path, this.#system, apply, this.#failed);
    apply();
    return () => undefined;
  }

  #handleParts(random: () => number): HandleParts {
    return {
      coarseClock: new CoarseClock(this.#scheduler),
      scheduler: this.#scheduler,
      random,
      anyBucket: () => Math.floor(random() * ADMISSION_ALL),
      clock: () => this.#system.now(),
      instanceId: this.#instance.id,
      seq: () => this.#client?.seq ?? null,
      contextOf: (context) => this.#contextStorage.over(context),
    };
  }

  async #close(timeoutMs: number): Promise<void> {
    await this.#client?.close(timeoutMs);
    this.#unwatch();
    this.#registry.release();
    this.#events.clear();
  }

  /** A variable of the environment; undefined where it is not set, or this process may not read it. */
  readonly #variable = (name: string): string | undefined => {
    const value = read(this.#system.env, name);
    return typeof value === 'string' ? value : undefined;
  };

  /** A fault of the SDK's own, or of what lies beneath it. */
  readonly #failed = (cause: unknown): void => {
    this.#fail('internal_error', 'The SDK failed inside', cause);
  };

  /** Tells the listeners; where there are none the developer, once per kind. */
  #fail(code: string, message: string, cause?: unknown): void {
    if (this.#events.has('error') && code !== 'listener_failed') {
      this.#events.emit('error', new RecloserSdkError(code, message, { cause }));
    } else if (!this.#warned.has(code)) {
      this.#warned.add(code);
      try {
        const text = `${message}. Calls go on as before.`;
        inOwnContext(() => this.#system.warn(text, `RECLOSER_${code.toUpperCase()}`));
      } catch {
        // There is nobody left to tell.
      }
    }
  }
}
// On the prototype, as it is the same for all.
Object.defineProperty(Recloser.prototype, RECLOSER, { value: LEVEL });

import type { PermitClaim, PostedFrames } from '@recloser/protocol';
import type { MemorySignalStore } from '@recloser/backbone';
import { CorrelatedOpenings, Evaluator, type EvaluatorPorts, sweep } from '@recloser/evaluator';
import {
  createHub,
  EnvironmentNode,
  type Hub,
  type Payload,
  type HubPorts,
  type SdkConnection,
  StoreClock,
} from '@recloser/hub';
import type { HttpAnswer, HttpRequest } from '@recloser/sdk';
import { type Link, type LinkEnd } from './link.js';
import type { Network, Place } from './network.js';
import type { Random } from './random.js';
import type { Scheduled, Scheduler } from './scheduler.js';
import { databasePorts, ENVIRONMENT, type SimDatabase } from './sim-database.js';
import type { SimOpenings } from './sim-openings.js';

const TICK_MS = 20;
const POLL_MS = 1_000;
const SWEEP_MS = 250;
const BEAT_MS = 500;
const QUIET = { warn: () => undefined };
const DATABASE = 'database';
const SIGNALS = 'signals';

/** What the processes of the control plane share. */
export interface Shared {
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly random: Random;
  readonly database: SimDatabase;
  readonly signals: MemorySignalStore;
  readonly bus: SimBus;
  /** How many instances there are; absent: the table of instances cannot say. */
  readonly fleet?: number;
  readonly openings: SimOpenings;
  /** Asks the dependency whether it is there; absent: nobody does. */
  readonly check?: () => Promise<boolean>;
  /** Changes frames on their way to an instance, to see whether anybody notices. */
  readonly tamperFrame: (text: string, instanceId: string) => string;
}

/** Hints between processes, each delivered as the network likes. */
export class SimBus {
  readonly #listeners = new Set<(topic: string, seq: number) => void>();

  constructor(private readonly network: Network) {}

  listen(listener: (topic: string, seq: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  publish(topic: string, seq = Number.POSITIVE_INFINITY): void {
    for (const listener of this.#listeners) this.network.hint(() => listener(topic, seq));
  }
}

/** A process that can be killed at any moment and started again. */
abstract class Process implements Place {
  life = 0;
  alive = false;
  #timers: Scheduled[] = [];
  #endings: (() => void)[] = [];

  constructor(
    readonly name: string,
    protected readonly shared: Shared,
  ) {}

  start(): void {
    if (this.alive) return;
    this.life += 1;
    this.alive = true;
    this.begin();
  }

  /** kill -9: nothing that was under way goes on. */
  kill(): void {
    if (!this.alive) return;
    this.alive = false;
    for (const timer of this.#timers.splice(0)) timer.cancel();
    for (const end of this.#endings.splice(0)) end();
  }

  protected abstract begin(): void;

  protected every(ms: number, run: () => void): void {
    this.#timers.push(this.shared.scheduler.every(ms, run));
  }

  protected whenKilled(end: () => void): void {
    this.#endings.push(end);
  }

  protected readonly askDatabase = <T>(effect: () => Promise<T>): Promise<T> =>
    this.shared.network.request(this, DATABASE, effect);

  protected readonly askSignals = <T>(effect: () => Promise<T>): Promise<T> =>
    this.shared.network.request(this, SIGNALS, effect);
}

/** A frame a line. */
function linesOf(payload: Payload): string {
  const lines: string[] = [];
  for (let chunk = payload.at(0); chunk !== null; chunk = payload.at(lines.length)) {
    lines.push(chunk.text);
  }
  return lines.join('\n');
}

/** One API process: the real hub and the real change feed, on simulated stores and sockets. */
export class ApiNode extends Process {
  #hub: Hub | null = null;
  #links = new Map<Link, { readonly client: LinkEnd; readonly connection: SdkConnection }>();

  get hub(): Hub | null {
    return this.#hub;
  }

  /** Accepts a connection; returns what hears its client. */
  accept(link: Link, client: LinkEnd, instanceId: string): LinkEnd {
    const { tamperFrame } = this.shared;
    let fragments = '';
    const connection = this.#hub?.connect(
      {
        send: (text) => link.send(client, tamperFrame(text, instanceId)),
        sendChunk: ({ place, text }) => {
          fragments += text;
          if (place === 'first' || place === 'middle') return;
          link.send(client, tamperFrame(fragments, instanceId));
          fragments = '';
        },
        bufferedBytes: () => link.bytesTo(client),
        close: (code, reason) => link.end([client, server], code, reason),
      },
      { id: 'key' },
    );
    const server: LinkEnd = {
      onText: (text) => connection?.receive(text),
      onEnd: () => {
        this.#links.delete(link);
        connection?.closed();
      },
    };
    if (connection) this.#links.set(link, { client, connection });
    return server;
  }

  /** Answers a request of an instance that polls, as the API does. */
  async answer(path: string, request: HttpRequest): Promise<HttpAnswer> {
    const hub = this.#hub;
    if (hub?.ready !== true) return answerOf(503, '');
    if (path.endsWith('/snapshot')) {
      const state = await hub.polledState(request.headers['if-none-match']?.slice(1, -1));
      if (state === null) return answerOf(503, '');
      const known = request.headers['if-none-match']?.slice(1, -1) ?? null;
      const frames = hub.polledFrames({ parts: true, deflate: false }, known);
      const text = state.isUnchanged ? '' : linesOf(frames);
      return answerOf(state.isUnchanged ? 304 : 200, text, {
        etag: `"${state.tag}"`,
        'recloser-lease': `${state.lease}`,
        'recloser-poll-ms': `${state.pollMs}`,
      });
    }
    const { frames, ...from } = JSON.parse(request.body ?? '') as PostedFrames;
    const answer = await hub.exchange(
      { id: 'key' },
      {
        ...from,
        state: from.state?.slice(1, -1),
        frames: frames.map((frame) => JSON.stringify(frame)),
      },
    );
    const { id } = from.instance;
    const texts = answer.frames.map((text) => this.shared.tamperFrame(text, id));
    const tag = JSON.stringify(`"${answer.tag}"`);
    return answerOf(200, `{"state":${tag},"frames":[${texts.join(',')}]}`);
  }

  protected begin(): void {
    const { scheduler, signals, bus } = this.shared;
    const asked = {
      now: () => this.askSignals(() => signals.now()),
      lastBeats: () => this.askSignals(() => signals.lastBeats()),
    };
    const clock = new StoreClock(asked, () => scheduler.now, scheduler.now);
    const options = { hubId: `${this.name}-${this.life}`, environment: ENVIRONMENT };
    const db = databasePorts(this.shared.database, this.askDatabase);
    let node: EnvironmentNode | null = null;
    const hub = createHub(
      options,
      clock,
      this.#ports(clock, () => node?.sync()),
    );
    node = new EnvironmentNode({ environmentId: ENVIRONMENT.id, db, hub, log: QUIET });
    const feed = node;
    this.#hub = hub;
    feed.sync();
    this.whenKilled(
      bus.listen((topic, seq) => {
        if (topic === 'seq') feed.announced(seq);
      }),
    );
    this.every(TICK_MS, () => hub.tick());
    this.every(POLL_MS, () => {
      clock.refresh().catch(() => undefined);
      this.askDatabase(() => Promise.resolve(this.shared.database.seq)).then(
        (seq) => feed.checked(this.shared.database.epoch, seq),
        () => undefined,
      );
    });
    void clock.refresh().catch(() => undefined);
    this.whenKilled(() => {
      for (const [link, { client }] of this.#links) link.end([client], 1006, 'killed');
      this.#links.clear();
      this.#hub = null;
    });
  }

  #ports(clock: StoreClock, refresh: () => void): HubPorts {
    const { signals, bus, random } = this.shared;
    const ask = this.askSignals;
    return {
      append: (batch) => ask(() => signals.append(batch)),
      reportPresence: (presence) => ask(() => signals.reportPresence(presence)),
      claimPermits: (claim, total, want) => ask(() => signals.claimPermits(claim, total, want)),
      recordProbe: (claim, id, answer) => ask(() => signals.recordProbe(claim, id, answer)),
      markDirty: (environmentId, breakers) => ask(() => signals.markDirty(environmentId, breakers)),
      wake: () => bus.publish('wake'),
      countInstances: (environmentId) =>
        ask(() => signals.acks(environmentId, 0)).then(({ connected }) => connected),
      discover: () => undefined,
      refresh,
      evaluatorAlive: (environmentId) => clock.evaluatorAlive(environmentId),
      random: random.next,
      onError: () => undefined,
    };
  }
}

function answerOf(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  return { status, text, header: (name) => headers[name] ?? null };
}

/** One worker process: the real evaluation, woken as the real one is. */
export class WorkerNode extends Process {
  #sweeping = false;
  #again = false;
  #beatAt = Number.NEGATIVE_INFINITY;

  protected begin(): void {
    const { signals, bus, random } = this.shared;
    const ask = this.askSignals;
    const ports: EvaluatorPorts = {
      states: databasePorts(this.shared.database, this.askDatabase).states,
      signals: {
        now: () => ask(() => signals.now()),
        windows: (id, queries, now) => ask(() => signals.windows(id, queries, now)),
        probes: (claim) => ask(() => signals.probes(claim)),
        acks: (id, seq, part) => ask(() => signals.acks(id, seq, part)),
        latencies: (id, from, to, breakers) => ask(() => signals.latencies(id, from, to, breakers)),
        markDirty: (id, breakers) => ask(() => signals.markDirty(id, breakers)),
        takeDirty: (limit) => ask(() => signals.takeDirty(limit)),
      },
      correlated: this.#correlated(),
      bus: {
        publish: (topic, { seq }) => {
          bus.publish(topic, seq);
          return Promise.resolve();
        },
      },
      random: random.next,
      seenSince: () => this.askDatabase(() => Promise.resolve(this.shared.fleet ?? 0)),
      check: (claim) => {
        void this.#check(claim).catch(() => undefined);
        return Promise.resolve();
      },
    };
    const evaluator = new Evaluator(ports);
    this.#sweeping = false;
    this.#again = false;
    const { life } = this;
    const wake = (): void => {
      if (this.#sweeping) this.#again = true;
      else void this.#drain(evaluator, ports, life);
    };
    this.every(SWEEP_MS * random.between(0.8, 1.2), wake);
    this.whenKilled(
      bus.listen((topic) => {
        if (topic === 'wake') wake();
      }),
    );
  }

  #correlated(): CorrelatedOpenings {
    const { signals, openings, database } = this.shared;
    const ask = this.askSignals;
    return new CorrelatedOpenings({
      openings,
      signals: {
        now: () => ask(() => signals.now()),
        seconds: (id, from, to, breakers) => ask(() => signals.seconds(id, from, to, breakers)),
        windows: (id, queries, now) => ask(() => signals.windows(id, queries, now)),
      },
      states: databasePorts(database, this.askDatabase).states,
    });
  }

  async #drain(evaluator: Evaluator, ports: EvaluatorPorts, life: number): Promise<void> {
    this.#sweeping = true;
    do {
      this.#again = false;
      try {
        const { failed } = await sweep(evaluator, ports);
        if (failed.length === 0) await this.#beat();
      } catch {
        // The next sweep tries again, as the real worker does.
      }
      if (this.life !== life) return;
    } while (this.#isAskedAgain());
    this.#sweeping = false;
  }

  /** What the real worker's job does: claims the round's permits, and answers each by a check until one fails. */
  async #check(claim: PermitClaim): Promise<void> {
    const { database, signals, check } = this.shared;
    const { life } = this;
    const [breaker] = await this.askDatabase(() => Promise.resolve(database.load([claim.breaker])));
    if (breaker === undefined || breaker.version !== claim.version || check === undefined) return;
    const { probes } = breaker.policy.recovery;
    const ids = await this.askSignals(() => signals.claimPermits(claim, probes, probes));
    for (const id of ids) {
      const ok = await check();
      if (this.life !== life || !this.alive) return;
      await this.askSignals(() =>
        signals.recordProbe(claim, id, { ok, reason: '503 instead of 200' }),
      );
      if (!ok) return;
    }
  }

  #isAskedAgain(): boolean {
    return this.#again;
  }

  async #beat(): Promise<void> {
    const { scheduler, signals } = this.shared;
    if (scheduler.now - this.#beatAt < BEAT_MS) return;
    this.#beatAt = scheduler.now;
    await this.askSignals(() => signals.beat([ENVIRONMENT.id]));
  }
}

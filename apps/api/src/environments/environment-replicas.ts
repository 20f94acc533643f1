import { Inject, Injectable } from '@nestjs/common';
import type { Backbone } from '@recloser/backbone';
import type { CommitResult, Database, EnvironmentHead } from '@recloser/db';
import { createHub, EnvironmentReplica, StoreClock, type HubPorts } from '@recloser/hub';
import type { Actor } from '@recloser/protocol';
import type { Log } from '@recloser/server';
import type { NamedReplica } from './breaker-metrics.js';
import { BACKBONE, DATABASE, LOG } from '../common/tokens.js';
import { HUB_ID } from './hub-id.js';
import { ServiceUses } from './service-uses.js';
import { readHeads } from './read-heads.js';
import { hubPorts } from './hub-ports.js';

const TICK_MS = 20;
const POLL_MS = 1_000;

type Environment = Parameters<typeof createHub>[0]['environment'] & { readonly project: string };

/** The environments that somebody here is connected to, each kept in step by the bus and by a poll every second. */
@Injectable()
export class EnvironmentReplicas {
  readonly clock: StoreClock;
  readonly #nodes = new Map<string, EnvironmentReplica>();
  readonly #named: NamedReplica[] = [];
  readonly #ports: HubPorts;
  readonly #unsubscribe: (() => Promise<void>)[] = [];
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(
    @Inject(HUB_ID) private readonly hubId: string,
    @Inject(DATABASE) private readonly db: Database,
    @Inject(BACKBONE) private readonly backbone: Backbone,
    @Inject(LOG) private readonly log: Log,
    @Inject(ServiceUses) uses: ServiceUses,
  ) {
    this.clock = new StoreClock(backbone.signals, () => performance.now(), Date.now());
    this.#ports = hubPorts({
      backbone,
      log,
      uses,
      clock: this.clock,
      discover: (environmentId, keys) => void this.#discover(environmentId, keys),
      refresh: (environmentId) => this.#nodes.get(environmentId)?.sync(),
    });
  }

  get all(): Iterable<EnvironmentReplica> {
    return this.#nodes.values();
  }

  /** All of them, each with the keys of its project and environment. */
  get named(): Iterable<NamedReplica> {
    return this.#named;
  }

  /** Listens and polls from now on. Resolves when the bus is listened to and the store's clock is known. */
  async start(): Promise<void> {
    const { bus } = this.backbone;
    this.#unsubscribe.push(
      await bus.subscribe('seq', ({ environmentId, seq }) => {
        this.#nodes.get(environmentId)?.announced(seq ?? Number.POSITIVE_INFINITY);
      }),
      await bus.subscribe('keys', ({ environmentId, keyId }) => {
        if (keyId !== undefined) this.#nodes.get(environmentId)?.hub.closeKey(keyId);
      }),
    );
    bus.onGap(() => void this.#poll());
    await this.clock.refresh();
    this.#timers.push(
      setInterval(() => this.#tick(), TICK_MS),
      setInterval(() => void this.#poll(), POLL_MS),
    );
  }

  /** The node of an environment, made when it is the first time. */
  of({ project, ...environment }: Environment): EnvironmentReplica {
    const known = this.#nodes.get(environment.id);
    if (known) return known;
    const { hubId, db, log } = this;
    const hub = createHub({ hubId, environment }, this.clock, this.#ports);
    const node = new EnvironmentReplica({ environmentId: environment.id, db, hub, log });
    this.#nodes.set(environment.id, node);
    this.#named.push({ project, environment: environment.key, node });
    node.sync();
    return node;
  }

  find(environmentId: string): EnvironmentReplica | null {
    return this.#nodes.get(environmentId) ?? null;
  }

  /** Pushes a commit to who is connected here, and announces it. */
  async committed({ environmentId, epoch, seq, changes }: CommitResult): Promise<void> {
    const first = changes[0];
    if (first === undefined) return;
    this.#nodes.get(environmentId)?.committed({ epoch, from: first.seq - 1, seq, changes });
    await this.announce([{ id: environmentId, epoch, seq }]);
  }

  /** Tells every process that change logs went on. Never rejects: whoever misses it polls. */
  async announce(heads: readonly EnvironmentHead[]): Promise<void> {
    for (const { id, seq } of heads) this.#nodes.get(id)?.announced(seq);
    try {
      await Promise.all(
        heads.map(({ id, seq }) => this.backbone.bus.publish('seq', { environmentId: id, seq })),
      );
    } catch (error) {
      this.log.warn({ err: error, heads }, 'a change was not announced');
    }
  }

  /** Stops timers and subscriptions and hands over what the hubs still hold. */
  async stop(): Promise<void> {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    await Promise.all(this.#unsubscribe.splice(0).map((stop) => stop()));
    await Promise.all([...this.#nodes.values()].map(({ hub }) => hub.flush()));
  }

  #tick(): void {
    for (const { hub } of this.#nodes.values()) hub.tick();
  }

  async #poll(): Promise<void> {
    const { db, log } = this;
    try {
      const seen = new Map(
        [...this.#nodes.values()].map(({ environmentId, hub: { epoch, seq } }) => [
          environmentId,
          { epoch, seq },
        ]),
      );
      const [heads] = await Promise.all([readHeads(db, seen, log), this.clock.refresh()]);
      for (const { id, epoch, seq } of heads) this.#nodes.get(id)?.checked(epoch, seq);
    } catch (error) {
      log.warn({ err: error }, 'the stores do not answer');
    }
  }

  async #discover(environmentId: string, keys: readonly string[]): Promise<void> {
    const { db, log } = this;
    try {
      const { created, refused, heads } = await db.breakers.discover(environmentId, keys, SDK);
      if (created.length > 0)
        log.info({ environmentId, created: created.length }, 'breakers discovered');
      if (refused.length > 0)
        log.warn({ environmentId, refused }, 'names of breakers were refused');
      await this.announce(heads);
    } catch (error) {
      log.warn({ err: error, environmentId }, 'breakers were not registered');
    }
  }
}

const SDK: Actor = { kind: 'sdk', id: null, name: 'SDK' };

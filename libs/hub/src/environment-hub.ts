import { type AckEvidence, INSTANCE_WINDOWS_MS } from '@recloser/core';
import type { Presence } from '@recloser/protocol';
import type { Change } from './replication/change-log.js';
import { SdkFrameHandler } from './connections/sdk-frame-handler.js';
import { makeAllocators } from './allocation/allocators.js';
import type { FlushScheduler } from './signals/flush-scheduler.js';
import { drainOn } from './signals/drain-on.js';
import { FleetSize } from './presence/fleet-size.js';
import type { Exchange, Hub, PolledAnswer, PolledState, SdkConnection } from './hub.js';
import { SignalIngestor } from './signals/signal-ingestor.js';
import type { ProbePermitAllocator } from './allocation/probe-permit-allocator.js';
import type { QuotaAllocator } from './allocation/quota-allocator.js';
import {
  type ChangeSet,
  DEFAULT_TUNING,
  type EnvironmentSnapshot,
  type HubClock,
  type HubOptions,
  type HubPorts,
  type HubTuning,
  type InstanceInfo,
  type InstanceLive,
  type SdkSocket,
} from './ports.js';
import { acksFor, countPresence } from './presence/presence.js';
import { Farewells } from './connections/farewells.js';
import { Pings } from './connections/pings.js';
import { PolledSessions } from './connections/polled-sessions.js';
import { polledFramesOf } from './connections/polled-state.js';
import { Polling } from './connections/polling.js';
import { Reach } from './connections/reach.js';
import type { PresenceReporter } from './presence/presence-reporter.js';
import { reporterOn } from './presence/reporter-on.js';
import { SdkSession } from './connections/sdk-session.js';
import { Sessions } from './connections/sessions.js';
import { emptyStats } from './stats.js';
import { StateSender } from './connections/state-sender.js';
import type { Payload } from './replication/payload.js';
import { Sync, type Understood } from './replication/sync.js';

/** Pings, time-outs and waiting connections are looked at this often; what has left the windows, more rarely. */
const CHECK_MS = 250;
const SWEEP_MS = 5_000;

/** Makes a hub for one environment. It starts no timers: call `tick`. */
export function createHub(options: HubOptions, clock: HubClock, ports: HubPorts): Hub {
  return new EnvironmentHub(options, clock, ports);
}

/** Longest time without a read of the change log after which leases are not renewed, ms. */
const SILENCE_MS = 5_000;

class EnvironmentHub implements Hub {
  readonly stats = emptyStats();
  readonly #options: HubOptions;
  readonly #clock: HubClock;
  readonly #ports: HubPorts;
  readonly #tuning: HubTuning;
  readonly #sessions = new Sessions();
  readonly #polled = new PolledSessions();
  readonly #reach: Reach;
  readonly #sync: Sync;
  readonly #ingestor: SignalIngestor;
  readonly #flushScheduler: FlushScheduler;
  readonly #permits: ProbePermitAllocator;
  readonly #quotas: QuotaAllocator;
  readonly #presence: PresenceReporter;
  readonly #frameHandler: SdkFrameHandler;
  readonly #fleet: FleetSize;
  readonly #polling: Polling;
  readonly #pings: Pings;
  readonly #sender: StateSender;
  readonly #farewells: Farewells;
  #checkedAt = Number.NEGATIVE_INFINITY;
  #sweptAt = Number.NEGATIVE_INFINITY;

  constructor(options: HubOptions, clock: HubClock, ports: HubPorts) {
    this.#options = options;
    this.#clock = clock;
    this.#ports = ports;
    this.#tuning = { ...DEFAULT_TUNING, ...options.tuning };
    this.#fleet = this.#makeFleet();
    this.#pings = new Pings(this.#sessions, this.#tuning, this.stats, () => this.#canRenewLease());
    const deflate = ports.deflate?.bind(ports) ?? null;
    this.#sync = new Sync(options.environment, this.#tuning, () => this.#fleet.value, deflate);
    const basis = { tuning: this.#tuning, stats: this.stats, sync: this.#sync, clock, ports };
    this.#sender = new StateSender({ ...basis, sessions: this.#sessions });
    this.#farewells = new Farewells({ ...basis, sessions: this.#sessions });
    this.#reach = new Reach(this.#sessions, this.#polled, this.#sync);
    this.#ingestor = this.#makeIngestor();
    this.#flushScheduler = this.#makeFlushScheduler();
    const allocators = makeAllocators({
      environmentId: options.environment.id,
      demandMs: this.#tuning.demandMs,
      clock,
      ports,
      stats: this.stats,
      ingestor: this.#ingestor,
      reach: this.#reach,
      fleet: this.#fleet,
    });
    this.#permits = allocators.permits;
    this.#quotas = allocators.quotas;
    this.#presence = this.#makePresence();
    this.#frameHandler = new SdkFrameHandler({
      environment: options.environment,
      tuning: this.#tuning,
      clock,
      ports,
      stats: this.stats,
      sync: this.#sync,
      ingestor: this.#ingestor,
      flushScheduler: this.#flushScheduler,
      permits: this.#permits,
      presence: this.#presence,
      sessions: this.#sessions,
      sender: this.#sender,
    });
    this.#polling = new Polling(this.#frameHandler, this.#polled, () => this.#canRenewLease());
  }

  get ready(): boolean {
    return this.#sync.ready;
  }
  get epoch(): string {
    return this.#sync.epoch;
  }
  get seq(): number {
    return this.#sync.seq;
  }

  replaceSnapshot(snapshot: EnvironmentSnapshot, recent: ChangeSet | null = null): void {
    this.#push(this.#sync.replace(snapshot, recent, this.#clock.now()));
    if (recent !== null) this.applyChanges(recent);
  }

  applyChanges(changes: ChangeSet): 'applied' | 'stale' | 'gap' {
    const change = this.#sync.apply(changes, this.#clock.now());
    if (change === null) return 'gap';
    this.#push(change);
    return change.kind === 'none' ? 'stale' : 'applied';
  }

  confirm(): void {
    this.#sync.confirm(this.#clock.now());
  }

  connect(socket: SdkSocket, key: { readonly id: string }): SdkConnection {
    const session = new SdkSession(socket, key.id, this.#frameHandler);
    this.#sessions.silent.add(session);
    this.stats.connections += 1;
    return session;
  }

  polledState(known?: string): Promise<PolledState | null> {
    return this.#polling.state(known);
  }

  polledFrames(understood: Understood, known: string | null): Payload {
    return polledFramesOf(this.#sync, understood, known, this.#clock.now());
  }

  exchange(key: { readonly id: string }, exchange: Exchange): Promise<PolledAnswer> {
    return this.#polling.exchange(key.id, exchange);
  }

  tick(): void {
    const now = this.#clock.now();
    this.#sender.run();
    this.#ingestor.work(this.#clock.storeNow());
    if (this.#ingestor.renewalDue(this.#clock.storeNow())) this.#flushScheduler.note();
    this.#flushScheduler.run();
    this.#presence.run();
    this.#fleet.run();
    this.#quotas.run();
    this.#polling.run();
    if (now - this.#checkedAt >= CHECK_MS) {
      this.#checkedAt = now;
      this.#check(now);
    }
    if (now - this.#sweptAt >= SWEEP_MS) {
      this.#sweptAt = now;
      this.#ingestor.sweep(this.#clock.storeNow());
      this.#frameHandler.discovery.sweep(now);
      this.#polling.sweep(now);
    }
  }

  flush(): Promise<void> {
    return this.#flushScheduler.flush();
  }

  goodbye(reason: string, withinMs: number): void {
    this.#farewells.goodbye(reason, withinMs);
  }

  closeKey(keyId: string): void {
    this.#polling.closeKey(keyId);
    this.#farewells.closeKey(keyId);
  }

  closeAll(reason: string): void {
    this.#farewells.closeAll(reason);
  }

  segment(key: string) {
    return this.#sync.segment(key);
  }

  view(key: string) {
    return this.#sync.view(key);
  }

  breakers() {
    return this.#sync.views();
  }

  presence(): Presence {
    const { hubId, environment } = this.#options;
    return { hubId, environmentId: environment.id, ...this.#countPresence() };
  }

  convergence(seq: number): AckEvidence {
    return acksFor(this.#countPresence(), seq);
  }

  instances(): readonly InstanceInfo[] {
    return this.#reach.all.flatMap((session) => this.#frameHandler.info(session) ?? []);
  }

  takeGone(): readonly InstanceInfo[] {
    return this.#sessions
      .takeGone()
      .filter(({ instanceId }) => this.#polled.find(instanceId) === undefined);
  }

  live(breaker: string): readonly InstanceLive[] {
    return this.#ingestor
      .live(breaker, this.#clock.storeNow())
      .map((row) => ({ ...row, ackedSeq: this.#reach.find(row.instanceId)?.ackedSeq ?? 0 }))
      .sort((a, b) => b.failures - a.failures || b.ok - a.ok);
  }

  /** Sends a change to everyone first; what follows from it here comes after. */
  #push(change: Change): void {
    if (change.kind === 'none') return;
    if (change.kind === 'everything') {
      for (const session of this.#reach.all) session.ackedSeq = 0;
      this.stats.fulls += this.#fanOut((understood, now) => this.#sync.full(understood, now));
    } else {
      const { from, keys } = change;
      this.stats.deltas += this.#fanOut((understood, now) =>
        this.#sync.delta(from, keys, understood, now),
      );
    }
    this.#notePushed(change.keys);
    this.#frameHandler.answerWaiting();
  }

  #fanOut(make: (understood: Understood, now: number) => Payload): number {
    const sent = this.#sender.toAll(make);
    this.#presence.pushed(sent);
    return sent;
  }

  #notePushed(keys: ReadonlySet<string>): void {
    for (const key of keys) {
      const view = this.#sync.view(key);
      this.#presence.observe(key, view);
      if (view !== undefined) this.#frameHandler.discovery.arrived(key);
      this.#ingestor.changed(key);
    }
    for (const key of keys) {
      const view = this.#sync.view(key);
      this.#permits.observe(key, view);
      this.#quotas.observe(key, view);
    }
  }

  #check(now: number): void {
    this.#frameHandler.endSilent();
    this.#frameHandler.answerWaiting();
    this.#pings.run(now, this.#fleet.value);
  }

  #countPresence() {
    const heardSince = this.#clock.now() - this.#tuning.heardMs;
    return countPresence(this.#reach.all, this.seq, heardSince, this.#presence.parts);
  }

  #makeFleet(): FleetSize {
    return new FleetSize({
      now: () => this.#clock.now(),
      count: () => this.#ports.countInstances(this.#options.environment.id),
      connected: () => this.#reach.all.length,
      onError: (error) => this.#ports.onError('count instances', error),
    });
  }

  /** Whether leases may be renewed: an evaluator is alive, and the log is current. */
  #canRenewLease(): boolean {
    const confirmed = this.#sync.isConfirmed(this.#clock.now() - SILENCE_MS);
    return confirmed && this.#ports.evaluatorAlive(this.#options.environment.id);
  }

  #makeIngestor(): SignalIngestor {
    return new SignalIngestor({
      stats: this.stats,
      maxAgeMs: this.#tuning.maxAgeMs,
      find: (key) => {
        const view = this.#sync.view(key);
        return view && { view, windowsMs: view.windows ?? INSTANCE_WINDOWS_MS };
      },
    });
  }

  #makeFlushScheduler(): FlushScheduler {
    const { hubId, environment } = this.#options;
    return drainOn(
      this.#ports,
      { hubId, environmentId: environment.id },
      {
        tuning: this.#tuning,
        clock: this.#clock,
        stats: this.stats,
        ingestor: this.#ingestor,
      },
    );
  }

  #makePresence(): PresenceReporter {
    const { id } = this.#options.environment;
    return reporterOn(this.#ports, id, {
      tuning: this.#tuning,
      now: () => this.#clock.now(),
      head: () => this.seq,
      count: () => this.#countPresence(),
      presence: () => this.presence(),
    });
  }
}

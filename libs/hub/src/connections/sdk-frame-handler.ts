import { BUCKET_MS } from '@recloser/core';
import {
  type DiscoverFrame,
  type HelloFrame,
  type Instance,
  LIMITS,
  type ProbeResultFrame,
  type SignalFrame,
} from '@recloser/protocol';
import { Discovery } from './discovery.js';
import { groupName, type Reporter } from '../signals/reporter.js';
import type { FlushScheduler } from '../signals/flush-scheduler.js';
import type { SignalIngestor } from '../signals/signal-ingestor.js';
import type { ProbePermitAllocator } from '../allocation/probe-permit-allocator.js';
import type {
  HubClock,
  HubOptions,
  HubPorts,
  HubStats,
  HubTuning,
  InstanceInfo,
} from '../ports.js';
import type { PresenceReporter } from '../presence/presence-reporter.js';
import type { SdkSession, SessionHost } from './sdk-session.js';
import { type Sessions } from './sessions.js';
import type { StateSender } from './state-sender.js';
import type { Sync } from '../replication/sync.js';
import { REPORT_TEXT } from '../replication/serialize.js';

/** A connection that has seen more than this hub is kept waiting so long for the change log to catch up. */
export const CATCH_UP_MS = 3_000;

export interface FrameHandlerParts {
  readonly environment: HubOptions['environment'];
  readonly tuning: HubTuning;
  readonly clock: HubClock;
  readonly ports: HubPorts;
  readonly stats: HubStats;
  readonly sync: Sync;
  readonly ingestor: SignalIngestor;
  readonly flushScheduler: FlushScheduler;
  readonly permits: ProbePermitAllocator;
  readonly presence: PresenceReporter;
  readonly sessions: Sessions;
  readonly sender: StateSender;
}

/** An instance belongs to the key that came with it, as long as it is connected. */
export const TAKEN =
  'an instance with this instanceId is connected with another key: give every process one of its own';

/** Handles the frames of SDK sessions. */
export class SdkFrameHandler implements SessionHost {
  readonly tuning: HubTuning;
  readonly stats: HubStats;
  readonly discovery = new Discovery();
  readonly parts: FrameHandlerParts;

  constructor(parts: FrameHandlerParts) {
    this.parts = parts;
    this.tuning = parts.tuning;
    this.stats = parts.stats;
  }

  now(): number {
    return this.parts.clock.now();
  }

  storeNow(): number {
    return this.parts.clock.storeNow();
  }

  hello(session: SdkSession, frame: HelloFrame): void {
    const { sessions, clock, tuning, ports, sync, environment } = this.parts;
    const { instance } = frame;
    const holder = sessions.find(instance.id);
    if (holder !== undefined && holder.keyId !== session.keyId) {
      session.closeWithError('instance_limit', 'instance_taken', TAKEN);
      return;
    }
    if (holder === undefined && !this.#hasRoom(session.keyId)) {
      const message = `at most ${Math.min(tuning.maxInstances, LIMITS.instancesPerKey)} instances can be connected`;
      session.closeWithError('instance_limit', 'instance_limit', message);
      return;
    }
    this.stats.helloes += 1;
    session.instance = instance;
    session.connectedAt = clock.storeNow();
    // Spread over the period, so that thousands of connections are not pinged at once.
    session.nextPingAt = clock.now() + tuning.pingMs * (0.5 + ports.random() / 2);
    const before = sessions.join(session, instance.id);
    before?.closeWithError(
      'replaced',
      'replaced',
      'another connection uses this instanceId: give every process one of its own',
    );
    session.resume = frame.resume;
    if (sync.ready && !sync.isAhead(frame.resume)) {
      this.answer(session);
    } else {
      sessions.waiting.add(session);
      ports.refresh(environment.id);
    }
  }

  /** Where all places are taken, a key with few instances gets one of the key that has most. */
  #hasRoom(keyId: string): boolean {
    const { sessions, tuning } = this.parts;
    if (sessions.live.length < tuning.maxInstances) return true;
    const crowd = sessions.crowd();
    if (crowd === null || crowd.length <= sessions.countOf(keyId) + 1) return false;
    crowd
      .at(-1)
      ?.closeWithError(
        'instance_limit',
        'instance_limit',
        'this key has the most instances of all',
      );
    return true;
  }

  /** Sends what a session has missed; once it has all of it, it gets every change. */
  answer(session: SdkSession): void {
    const { sync, clock, sessions, sender } = this.parts;
    const payload = sync.answer(session.resume, session.understood, clock.now());
    sessions.waiting.delete(session);
    if (payload.kind === 'resume') {
      this.stats.resumes += 1;
      session.ackedSeq = session.resume?.seq ?? 0;
    } else {
      this.stats.fulls += 1;
    }
    sender.begin(session, payload);
  }

  /** Ends connections that never said hello. */
  endSilent(): void {
    const { sessions, clock, tuning } = this.parts;
    for (const session of [...sessions.silent]) {
      if (clock.now() - session.openedAt < tuning.helloTimeoutMs) continue;
      session.closeWithError('hello_timeout', 'hello_timeout', 'no hello came: send it first');
    }
  }

  /** Answers those that wait, as far as the state is new enough now or they have waited long enough. */
  answerWaiting(): void {
    const { sync, sessions, clock } = this.parts;
    if (!sync.ready) return;
    for (const session of [...sessions.waiting]) {
      const patient = clock.now() - session.openedAt < CATCH_UP_MS;
      if (!sync.isAhead(session.resume)) this.answer(session);
      else if (patient) continue;
      // The log itself is behind: the database was restored. Otherwise it is this node that is, and others may not be.
      else if (sync.isConfirmed(session.openedAt)) this.answer(session);
      else session.end('going_away', 'behind');
    }
  }

  ack(session: SdkSession): void {
    const { presence, sync } = this.parts;
    presence.acked();
    if (session.ackedSeq === sync.seq && session.pushedSeq === sync.seq) presence.arrived();
  }

  signal(session: SdkSession, frame: SignalFrame, waitedMs: number): void {
    const { instance } = session;
    if (instance === null) return;
    const { ingestor, flushScheduler, permits, clock } = this.parts;
    session.group ??= ingestor.group(instance.service, instance.zone ?? '');
    session.reporter ??= reporterOf(session.keyId, instance);
    session.reportedAt = clock.now();
    const result = ingestor.add(
      frame,
      session.reporter,
      session.group,
      clock.storeNow() - waitedMs,
    );
    for (const key of result.failing) flushScheduler.noteUrgent(key);
    if (result.active.length > 0) flushScheduler.note();
    if (result.ramping) flushScheduler.noteRamping();
    for (const key of result.active) if (permits.wants(key)) permits.offer(key);
    if (session.synced) this.#reportDropped(session, result.unknownKeys, result.futureVersionKeys);
    for (const key of result.failing) this.#askWitnesses(key);
    if (result.failing.length > 0) flushScheduler.run();
  }

  /**
   * Failures are told at once, and good outcomes within a second: until all have told theirs, a breaker looks worse than
   * it is. Each instance is asked at most four times a second.
   */
  #askWitnesses(key: string): void {
    const { ingestor, sessions, clock } = this.parts;
    const now = clock.now();
    for (const id of ingestor.witnesses(key, clock.storeNow()) ?? []) {
      const session = sessions.find(id);
      if (session === undefined || now - session.reportedAt < BUCKET_MS) continue;
      session.reportedAt = now;
      session.send(REPORT_TEXT);
    }
  }

  discover(session: SdkSession, frame: DiscoverFrame): void {
    const { sync, clock, ports, environment } = this.parts;
    const isKnown = (key: string) => sync.view(key) !== undefined;
    const { unknownKeys, problem } = this.discovery.ask(
      session.keyId,
      frame.keys,
      isKnown,
      clock.now(),
    );
    if (unknownKeys.length > 0) ports.discover(environment.id, unknownKeys);
    if (problem !== null) session.sendError(problem.code, problem.message);
  }

  probe(session: SdkSession, frame: ProbeResultFrame): void {
    const { permits, ports, environment } = this.parts;
    const { v: version, round, id, ok } = frame;
    const result = { version, round, id, ok };
    const claim = permits.answer(frame.b, result, session.instance?.id ?? '');
    if (claim === null) return;
    this.stats.probeResults += 1;
    // A small fleet makes the rest of its probes with the same instances.
    if (permits.wants(frame.b)) permits.offer(frame.b);
    ports
      .recordProbe(claim, frame.id, {
        ok: frame.ok,
        ...(frame.ms !== undefined && { ms: frame.ms }),
      })
      .then(() => {
        ports.wake(environment.id, [frame.b]);
      })
      .catch((error: unknown) => {
        ports.onError('record a probe result', error);
      });
  }

  left(session: SdkSession): void {
    const { sessions, presence, sync } = this.parts;
    this.stats.connections -= 1;
    sessions.leave(session, this.info(session));
    if (session.pushedSeq === sync.seq && session.ackedSeq < sync.seq) presence.arrived();
  }

  info(session: SdkSession): InstanceInfo | null {
    const { clock } = this.parts;
    const { instance } = session;
    if (instance === null) return null;
    return {
      instanceId: instance.id,
      service: instance.service,
      zone: instance.zone ?? null,
      region: instance.region ?? null,
      sdk: instance.sdk,
      keyId: session.keyId,
      ackedSeq: session.ackedSeq,
      lagMs: session.lagMs,
      connectedAt: session.connectedAt,
      lastSeenAt: clock.storeNow() - (clock.now() - session.heardAt),
    };
  }

  #reportDropped(
    session: SdkSession,
    unknown: readonly string[],
    futureVersionKeys: readonly string[],
  ): void {
    const unknownKey = unknown.find((key) => !this.discovery.isPending(key));
    if (unknownKey !== undefined) {
      const message = `there is no breaker "${unknownKey.slice(0, 60)}" here: its counts were dropped; send discover`;
      session.sendError('unknown_breaker', message);
    }
    if (futureVersionKeys[0] !== undefined) {
      const message = `counts of "${futureVersionKeys[0]}" under a version that was not sent yet were dropped`;
      session.sendError('future_version', message);
    }
  }
}

function reporterOf(keyId: string, instance: Instance): Reporter {
  const { id: instanceId, service, zone = null, region = null, features = [] } = instance;
  const group = groupName({ service, zone, region });
  return { instanceId, keyId, service, zone, region, scoped: features.includes('scopes'), group };
}

import { ADMISSION_ALL, type BreakerView } from '@recloser/core';
import {
  type ClientFrame,
  parseServerFrame,
  type PermitClaim,
  type ProbeAnswer,
  type Presence,
  type ServerFrame,
  type SignalBatch,
  type SignalBucket,
  type SignalItem,
} from '@recloser/protocol';
import { createHub } from './environment-hub.js';
import type { Hub, SdkConnection } from './hub.js';
import type { ChangeSet, HubPorts, HubTuning, SdkSocket } from './ports.js';
import type { Chunk } from './replication/payload.js';

const ENVIRONMENT = { id: 'env-1', key: 'production', kind: 'production' } as const;

export function makeView(key: string, version = 1, over: Partial<BreakerView> = {}): BreakerView {
  return {
    key,
    version,
    state: 'closed',
    mode: 'auto',
    admission: ADMISSION_ALL,
    salt: `salt-${key}`,
    cohortKey: 'accountId',
    rules: [],
    call: { timeoutMs: null, stallMs: null, slowMs: null },
    retryAfterMs: null,
    ...over,
  };
}

/** Changes of several breakers after `from`, one seq each. */
export function makeChanges(
  from: number,
  changes: readonly (readonly [string, BreakerView | null])[],
  epoch = 'e1',
): ChangeSet {
  return {
    epoch,
    from,
    seq: from + changes.length,
    changes: changes.map(([key, view], index) => ({ seq: from + index + 1, key, view })),
  };
}

class FakeClock {
  time = 1_000_000;
  offset = 500;
  now(): number {
    return this.time;
  }
  storeNow(): number {
    return this.time + this.offset;
  }
}

class FakeSocket implements SdkSocket {
  readonly texts: string[] = [];
  buffered = 0;
  /** Finite: what is sent stays in the buffer until a test takes it out. */
  room = Infinity;
  closedWith: { code: number; reason: string } | null = null;
  /** Called for each write: it may take time. */
  spend = (): void => undefined;
  #fragments = '';

  send(text: string): void {
    if (this.closedWith !== null) throw new Error('sent to a closed socket');
    this.spend();
    this.texts.push(text);
  }
  sendChunk({ place, text }: Chunk): void {
    if (this.room < Infinity) this.buffered += text.length;
    this.#fragments += text;
    if (place === 'first' || place === 'middle') return;
    this.send(this.#fragments);
    this.#fragments = '';
  }
  bufferedBytes(): number {
    return this.buffered;
  }
  close(code: number, reason: string): void {
    this.spend();
    this.closedWith = { code, reason };
  }

  /** All frames so far, each checked by the protocol's schema. */
  get frames(): ServerFrame[] {
    return this.texts.map((text) => {
      const parsed = parseServerFrame(text);
      if (!parsed.ok) throw new Error(`${parsed.message}: ${text}`);
      return parsed.frame;
    });
  }
  of<T extends ServerFrame['t']>(kind: T): Extract<ServerFrame, { t: T }>[] {
    return this.frames.filter((frame): frame is Extract<ServerFrame, { t: T }> => frame.t === kind);
  }
}

/** Records what the hub asks for; permits are taken from one pot per round, as in a store. */
class FakePorts implements HubPorts {
  readonly batches: SignalBatch[] = [];
  readonly presences: Presence[] = [];
  readonly dirty: string[][] = [];
  readonly woken: string[][] = [];
  readonly discovered: string[][] = [];
  readonly probes: { claim: PermitClaim; id: string; ok: boolean }[] = [];
  readonly errors: string[] = [];
  readonly claimed = new Map<string, number>();
  claims = 0;
  refreshes = 0;
  alive = true;
  failAppend = false;
  failClaim = false;
  fleet = 0;
  failCount = false;
  /** Set: work on many sockets takes several turns. */
  defer?: (run: () => void) => void;
  /** Set: appends wait for it. */
  hold: Promise<void> | null = null;

  async append(batch: SignalBatch): Promise<void> {
    if (this.hold !== null) await this.hold;
    if (this.failAppend) throw new Error('store is down');
    this.batches.push(batch);
  }
  async reportPresence(presence: Presence): Promise<void> {
    this.presences.push(presence);
    return Promise.resolve();
  }
  async claimPermits(claim: PermitClaim, total: number, want: number): Promise<string[]> {
    this.claims += 1;
    if (this.failClaim) throw new Error('store is down');
    const round = `${claim.breaker}.${claim.version}.${claim.round}`;
    const taken = this.claimed.get(round) ?? 0;
    const granted = Math.min(want, total - taken);
    this.claimed.set(round, taken + granted);
    return Promise.resolve(
      Array.from({ length: granted }, (_, i) => `${claim.version}.${claim.round}.${taken + i}`),
    );
  }
  async recordProbe(claim: PermitClaim, id: string, { ok }: ProbeAnswer): Promise<void> {
    this.probes.push({ claim, id, ok });
    return Promise.resolve();
  }
  async markDirty(_environmentId: string, breakers: readonly string[]): Promise<void> {
    this.dirty.push([...breakers]);
    return Promise.resolve();
  }
  wake(_environmentId: string, breakers: readonly string[]): void {
    this.woken.push([...breakers]);
  }
  discover(_environmentId: string, keys: readonly string[]): void {
    this.discovered.push([...keys]);
  }
  refresh(): void {
    this.refreshes += 1;
  }
  async countInstances(): Promise<number> {
    if (this.failCount) throw new Error('store is down');
    return Promise.resolve(this.fleet);
  }
  evaluatorAlive(): boolean {
    return this.alive;
  }
  random(): number {
    return 0.5;
  }
  onError(what: string): void {
    this.errors.push(what);
  }
}

export class FakeClient {
  readonly socket = new FakeSocket();
  readonly connection: SdkConnection;
  readonly id: string;
  #batch = 0;

  constructor(hub: Hub, id: string, keyId = 'key-1') {
    this.id = id;
    this.connection = hub.connect(this.socket, { id: keyId });
  }
  send(frame: ClientFrame): void {
    this.connection.receive(JSON.stringify(frame));
  }
  hello(resume?: { epoch: string; seq: number }, zone?: string, features?: string[]): this {
    const about = { ...(zone && { zone }), ...(features && { features }) };
    const instance = { id: this.id, service: 'checkout', sdk: 'js/0.1.0', ...about };
    this.send({ t: 'hello', v: 1, instance, ...(resume && { resume }) });
    return this;
  }
  /** As an SDK that knows of states of parts of the fleet. */
  scopedHello(place: { readonly zone?: string; readonly region?: string }): this {
    const features = ['scopes'];
    const instance = { id: this.id, service: 'checkout', sdk: 'js/0.2.0', features, ...place };
    this.send({ t: 'hello', v: 1, instance });
    return this;
  }
  ack(seq: number): void {
    this.send({ t: 'ack', seq });
  }
  signal(...items: SignalItem[]): number {
    this.#batch += 1;
    this.send({ t: 'signal', n: this.#batch, items });
    return this.#batch;
  }
  /** One breaker, buckets [age, ok, failures, …]. */
  report(breaker: string, version: number, ...buckets: SignalBucket[]): void {
    this.signal({ b: breaker, v: version, c: buckets });
  }
}

export interface Rig {
  readonly hub: Hub;
  readonly clock: FakeClock;
  readonly ports: FakePorts;
  connect(id: string, resume?: { epoch: string; seq: number }): FakeClient;
  /** Lets so much time pass in ticks of 5 ms, and promises settle in between. */
  pass(ms: number): Promise<void>;
}

export function makeRig(
  breakers: readonly BreakerView[] | null = [makeView('stripe')],
  tuning: Partial<HubTuning> = {},
): Rig {
  const clock = new FakeClock();
  const ports = new FakePorts();
  const hub = createHub({ hubId: 'hub-1', environment: ENVIRONMENT, tuning }, clock, ports);
  if (breakers !== null) hub.replaceSnapshot({ epoch: 'e1', seq: 10, breakers });
  return {
    hub,
    clock,
    ports,
    connect: (id, resume) => new FakeClient(hub, id).hello(resume),
    pass: async (ms) => {
      for (let passed = 0; passed < ms; passed += 5) {
        clock.time += 5;
        hub.tick();
        await settle();
      }
    },
  };
}

/** Lets pending promises go on. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 8; i += 1) await Promise.resolve();
}

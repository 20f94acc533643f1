import { ADMISSION_ALL, type BreakerView, compilePattern } from '@recloser/core';
import { type LinkedSystem, openUplink } from '../control-plane/control-plane-client.js';
import { type ClientFrame } from '@recloser/protocol';
import { unknownView } from '../breaker/unknown-view.js';
import { Recloser, type RecloserOptions, type SocketHandlers } from '../index.js';
import { FakeTime } from './fake-time.js';
import { Link } from './link.js';
import { pseudoRandom } from './pseudo-random.js';

/** What a test may set of a breaker: its state, mode, rules, call settings… */
export type BreakerChange = Partial<Omit<BreakerView, 'key' | 'version'>>;

const EPOCH = 'test';
const TUNING = { flushMs: 1_000, urgentFlushMs: 50, leaseMs: 10_000, pingMs: 5_000 };
const ENVIRONMENT = { key: 'test', kind: 'development' };
const PERMIT_MS = 60_000;
const PERCENT = 100;
const CLOSE_MS = 1_000;

/**
 * A control plane in memory, for tests of code that uses Recloser. Its SDKs are the real ones, but for time, randomness
 * and the network: nothing happens by itself, and everything that it sets is in force when the call returns.
 */
export class TestControlPlane {
  /** What its SDKs would have told the developer. */
  readonly warnings: string[] = [];
  readonly #time = new FakeTime();
  readonly #random = pseudoRandom();
  readonly #views = new Map<string, BreakerView>();
  readonly #probes = new Map<string, readonly boolean[]>();
  readonly #reclosers: Recloser[] = [];
  #links: Link[] = [];
  #seq = 1;
  #permits = 0;
  #online = true;

  constructor() {
    this.#planPing();
  }

  /** Fake milliseconds since the start. */
  get now(): number {
    return this.#time.now;
  }

  /** A new SDK, as in another process; connected at once unless offline. */
  connect(options: RecloserOptions = {}): Recloser {
    const instanceId = `test-${this.#reclosers.length + 1}`;
    const recloser = new Recloser({ instanceId, ...options }, this.#system());
    this.#reclosers.push(recloser);
    this.#answer();
    return recloser;
  }

  /** Turns everybody away. */
  open(key: string): void {
    this.set(key, { state: 'open', admission: 0 });
  }

  /** Lets everybody in. */
  close(key: string): void {
    this.set(key, { state: 'closed', admission: ADMISSION_ALL });
  }

  /** Lets in a share of the accounts, 0 to 100 percent: who is in at 10 stays in at 20. */
  admit(key: string, percent: number): void {
    if (!(percent >= 0 && percent <= PERCENT)) throw new RangeError('percent is from 0 to 100');
    const admission = Math.round((ADMISSION_ALL / PERCENT) * percent);
    this.set(key, { state: 'ramping', admission });
  }

  /** Turns everybody away but for one call, made by the SDK that connected first. `probes` has how it went. */
  probe(key: string): void {
    this.set(key, { state: 'probing', admission: 0 });
    this.#permits += 1;
    const { version } = this.#views.get(key) ?? unknownView(key);
    const permit = { b: key, v: version, round: 1, id: `p${this.#permits}`, ttlMs: PERMIT_MS };
    this.#links.find((link) => link.isOpen)?.push({ t: 'permit', ...permit });
  }

  /** How all probe calls have gone so far: whether they succeeded. */
  probes(key: string): readonly boolean[] {
    return this.#probes.get(key) ?? [];
  }

  /** Sets anything of a breaker, which need not exist. */
  set(key: string, change: BreakerChange): void {
    const before = this.#views.get(key) ?? unknownView(key);
    const view = { ...before, ...change, version: before.version + 1 };
    this.#change([view]);
  }

  /** Cuts all SDKs off. They go on with what they know, and decide by themselves once their lease of 10 s is over. */
  goOffline(): void {
    this.#online = false;
    for (const link of this.#links) link.lose();
    this.#answer();
  }

  /** SDKs come back when they next try: let a minute pass to be sure. */
  goOnline(): void {
    this.#online = true;
  }

  /** Lets fake time pass for all SDKs: timeouts, leases, reconnects and local breakers take place within. */
  async pass(ms: number): Promise<void> {
    await this.#time.pass(ms);
  }

  /** Closes all SDKs. */
  async end(): Promise<void> {
    const closed = Promise.all(this.#reclosers.map((recloser) => recloser.close()));
    await this.pass(CLOSE_MS);
    await closed;
  }

  #planPing(): void {
    this.#time.setTimer(() => {
      for (const link of this.#links) link.push({ t: 'ping', id: 1, lease: true });
      this.#planPing();
    }, TUNING.pingMs);
  }

  #system(): LinkedSystem {
    const time = this.#time;
    const files = new Map<string, string>();
    return {
      now: () => time.now,
      random: this.#random,
      setTimer: (run, ms) => time.setTimer(run, ms),
      connect: (_url, _headers, handlers) => this.#link(handlers),
      uplink: (parts) => openUplink(parts, compilePattern),
      env: {},
      hostname: 'test',
      pid: this.#reclosers.length + 1,
      warn: (message) => void this.warnings.push(message),
      readFile(path) {
        const text = files.get(path);
        if (text === undefined) throw new Error(`There is no ${path}`);
        return text;
      },
      writeFile(path, text) {
        files.set(path, text);
        return Promise.resolve();
      },
    };
  }

  #link(handlers: SocketHandlers): Link {
    const link = new Link(handlers, (frame, from) => this.#onFrame(frame, from));
    this.#links = [...this.#links.filter((each) => each.isNew || each.isOpen), link];
    // The SDK is still at connecting: its answer comes in the next moment.
    this.#time.setTimer(() => this.#answer(), 0);
    return link;
  }

  /** Opens what wants to connect, or refuses it. */
  #answer(): void {
    for (const link of this.#links.filter((each) => each.isNew)) {
      if (this.#online) link.open();
      else link.lose();
    }
  }

  #onFrame(frame: ClientFrame, link: Link): void {
    switch (frame.t) {
      case 'hello':
        link.push({
          t: 'full',
          epoch: EPOCH,
          seq: this.#seq,
          environment: ENVIRONMENT,
          tuning: TUNING,
          breakers: [...this.#views.values()],
        });
        return;
      case 'signal':
        link.push({ t: 'got', n: frame.n });
        return;
      case 'discover':
        this.#change(frame.keys.filter((key) => !this.#views.has(key)).map(unknownView));
        return;
      case 'probe':
        this.#probes.set(frame.b, [...this.probes(frame.b), frame.ok]);
        return;
      case 'ack':
      case 'pong':
      case 'goodbye':
    }
  }

  #change(breakers: readonly BreakerView[]): void {
    if (breakers.length === 0) return;
    const from = this.#seq;
    this.#seq += 1;
    for (const view of breakers) this.#views.set(view.key, view);
    for (const link of this.#links) {
      link.push({
        t: 'delta',
        epoch: EPOCH,
        from,
        seq: this.#seq,
        breakers: [...breakers],
        removed: [],
      });
    }
  }
}

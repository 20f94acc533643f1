import { compilePattern, type PRIORITIES, type PartitionKind } from '@recloser/core';
import {
  type Breaker,
  type HttpAnswer,
  type HttpRequest,
  Recloser,
  type SocketHandlers,
  type SystemSocket,
} from '@recloser/sdk';
import { type LinkedSystem, openUplink } from '@recloser/sdk/testing';
import type { ApiNode } from './api-node.js';
import type { Dependency } from './dependency.js';
import { httpRequest } from './http.js';
import { Link, type LinkEnd } from './link.js';
import type { Network, NetworkNode } from './network.js';
import type { Random } from './random.js';
import type { Scheduler } from './scheduler.js';

/** How important a call is. */
export type Priority = (typeof PRIORITIES)[number];

export const BREAKER = 'stripe';
const TIMEOUT_MS = 1_500;
const CONNECT_TIMEOUT_MS = 3_000;
/** What a proxy answers that knows no sockets. */
const NO_UPGRADE = 400;

/** One call as it was decided. */
export interface CallRecord {
  readonly at: number;
  readonly instance: SimInstance;
  readonly account: string;
  readonly admitted: boolean;
  /** What the SDK stood at. */
  readonly seq: number | null;
  readonly version: number | null;
  readonly takenOver: boolean;
  readonly breaker: string;
  /** Absent: the call says none. */
  readonly priority?: Priority;
}

export interface InstanceOptions {
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly random: Random;
  readonly dependency: Dependency;
  readonly apis: readonly ApiNode[];
  readonly callsPerSecond: number;
  readonly accounts: number;
  /** Its network lets no socket through. */
  readonly polls: boolean;
  /** Breakers that its calls take turns with. */
  readonly breakers: readonly string[];
  /** How important a call for this account is; null: the call does not say. */
  readonly priorityOf: ((account: string) => Priority) | null;
  readonly onCall: (record: CallRecord) => void;
  /** How a call ended: undefined when it succeeded. */
  readonly onEnd: (record: CallRecord, error: unknown) => void;
}

/** One service process: the real SDK on simulated time and sockets, and its calls. */
export class SimInstance implements NetworkNode {
  life = 0;
  alive = false;
  /** Nobody wants anything of it. */
  isIdle = false;
  /** What parts of the fleet it is in. */
  readonly place: { readonly [K in PartitionKind]: string };
  /** Last time at which the SDK heard a frame that renews its lease. */
  renewedAt = Number.NEGATIVE_INFINITY;
  /** The SDK has decided alone at some time in this life. */
  hasTakenOver = false;
  /** What the breaker's statistics say, which are much to ask for at each call. */
  #version: number | null = null;
  #recloser: Recloser | null = null;
  #breaker: Breaker | null = null;
  #link: Link | null = null;

  constructor(
    readonly name: string,
    zone: string,
    private readonly options: InstanceOptions,
  ) {
    this.place = { instance: name, service: 'checkout', zone, region: 'eu' };
  }

  get recloser(): Recloser {
    if (this.#recloser === null) throw new Error(`${this.name} does not run.`);
    return this.#recloser;
  }

  get breaker(): Breaker {
    if (this.#breaker === null) throw new Error(`${this.name} does not run.`);
    return this.#breaker;
  }

  start(): void {
    if (this.alive) return;
    this.life += 1;
    this.alive = true;
    this.hasTakenOver = false;
    const { service, zone, region } = this.place;
    const own = { service, zone, region, instanceId: this.name };
    const sdk = { url: 'ws://control-plane', ...own };
    this.#recloser = new Recloser(sdk, this.#system());
    this.#breaker = this.#recloser.breaker(BREAKER, { timeoutMs: TIMEOUT_MS });
    this.#recloser.on('takeover', ({ active }) => {
      this.hasTakenOver ||= active;
    });
    this.#recloser.on('error', () => undefined);
    this.#version = null;
    this.#recloser.on('applied', () => {
      ({ version: this.#version } = this.breaker.stats());
    });
    this.#nextCall();
  }

  kill(): void {
    if (!this.alive) return;
    this.alive = false;
    this.#link?.end([], 1006, 'killed');
    this.#recloser = null;
    this.#breaker = null;
  }

  #nextCall(): void {
    const { scheduler, random, callsPerSecond } = this.options;
    const { life } = this;
    scheduler.after(random.exponential(1_000 / callsPerSecond), () => {
      if (!this.alive || this.life !== life) return;
      if (!this.isIdle) this.#call();
      this.#nextCall();
    });
  }

  #call(): void {
    const { scheduler, random, dependency, accounts, onCall, onEnd } = this.options;
    const { breakers, priorityOf } = this.options;
    const account = `account-${random.below(accounts)}`;
    const breaker =
      breakers.length > 1 ? (breakers[random.below(breakers.length)] ?? BREAKER) : BREAKER;
    const priority = priorityOf?.(account);
    const { seq, takenOver } = this.recloser.status();
    let admitted = false;
    const result = this.recloser.breaker(breaker, { timeoutMs: TIMEOUT_MS }).protect(
      () => {
        admitted = true;
        return dependency.call(this.name, account, breaker);
      },
      { accountId: account, ...(priority !== undefined && { priority }) },
    );
    const record = {
      at: scheduler.now,
      instance: this,
      account,
      admitted,
      seq,
      version: this.#version,
      takenOver,
      breaker,
      ...(priority !== undefined && { priority }),
    };
    onCall(record);
    result.then(
      () => onEnd(record, undefined),
      (error: unknown) => onEnd(record, error),
    );
  }

  #system(): LinkedSystem {
    const { scheduler, random } = this.options;
    const { life } = this;
    const isSame = (): boolean => this.alive && this.life === life;
    // A monotonic clock begins anywhere.
    const offset = random.between(0, 1e6);
    return {
      now: () => scheduler.now + offset,
      random: random.next,
      setTimer: (run, ms) => {
        const timer = scheduler.after(ms, () => {
          if (isSame()) run();
        });
        return { clear: () => timer.cancel(), ref: () => undefined, unref: () => undefined };
      },
      connect: (_url, _headers, handlers) => this.#connect(handlers, isSame),
      ...(this.options.polls && { request: (url, request) => this.#request(url, request) }),
      uplink: (parts) => openUplink(parts, compilePattern),
      env: {},
      hostname: this.name,
      pid: 1,
      warn: () => undefined,
      readFile: () => {
        throw new Error('There are no files here.');
      },
      writeFile: () => Promise.resolve(),
    };
  }

  async #request(url: string, request: HttpRequest): Promise<HttpAnswer> {
    const answer = await httpRequest(this.options, this, url, request);
    const isState = request.method === 'GET';
    const renews = answer.status === 200 || answer.header('recloser-lease') === 'true';
    if (isState && renews) this.renewedAt = this.options.scheduler.now;
    return answer;
  }

  #connect(handlers: SocketHandlers, isSame: () => boolean): SystemSocket {
    const { scheduler, random, apis, polls } = this.options;
    const client: LinkEnd = {
      onText: (text) => {
        if (!isSame()) return;
        if (/"t":"(?:full|delta)"|"lease":true/.test(text)) this.renewedAt = scheduler.now;
        handlers.onMessage(text);
      },
      onEnd: (code, reason) => {
        if (isSame()) handlers.onEnd({ code, reason, ...(polls && { status: NO_UPGRADE }) });
      },
    };
    const up = apis.filter((api) => api.alive);
    const socket = new SimSocket(scheduler, client);
    if (polls) {
      socket.failAfter(this.options.network.delay());
      return socket;
    }
    this.#dial(socket, client, up[random.below(Math.max(1, up.length))], () => {
      if (isSame()) handlers.onOpen();
    });
    return socket;
  }

  #dial(socket: SimSocket, client: LinkEnd, api: ApiNode | undefined, onOpen: () => void): void {
    const { scheduler, network } = this.options;
    if (api === undefined || network.isCut(this.name, api.name)) {
      socket.failAfter(api === undefined ? network.delay() : CONNECT_TIMEOUT_MS);
      return;
    }
    scheduler.after(2 * network.delay(), () => {
      if (!api.alive) socket.failAfter(0);
      if (!api.alive || socket.hasEnded) return;
      const link = new Link(scheduler, network, this, api);
      this.#link = link;
      socket.opened(link, api.accept(link, client, this.name));
      onOpen();
    });
  }
}

/** The SDK's side of a connection that may never come about. */
class SimSocket implements SystemSocket {
  hasEnded = false;
  #link: Link | null = null;
  #server: LinkEnd | null = null;

  constructor(
    private readonly scheduler: Scheduler,
    private readonly client: LinkEnd,
  ) {}

  get bufferedBytes(): number {
    return this.#server === null ? 0 : (this.#link?.bytesTo(this.#server) ?? 0);
  }

  opened(link: Link, server: LinkEnd): void {
    this.#link = link;
    this.#server = server;
  }

  failAfter(ms: number): void {
    this.scheduler.after(ms, () => {
      if (!this.hasEnded) this.client.onEnd(1006, 'unreachable');
      this.hasEnded = true;
    });
  }

  send(text: string): void {
    if (this.#server !== null) this.#link?.send(this.#server, text);
  }

  close(code: number): void {
    if (this.#link === null || this.#server === null) this.failAfter(0);
    else this.#link.end([this.client, this.#server], code, '');
  }

  terminate(): void {
    this.close(1006);
  }
}

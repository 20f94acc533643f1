import { ADMISSION_ALL, type BreakerView, compilePattern } from '@recloser/core';
import { type ClientFrame, type ServerFrame } from '@recloser/protocol';
import { Recloser } from './recloser.js';
import { type RecloserOptions } from './options/options.js';
import {
  type LinkedSystem,
  openUplink,
  type OpenControlPlane,
} from './control-plane/control-plane-client.js';
import { type SocketHandlers, type System, type SystemSocket } from './platform/system.js';

interface Pending {
  readonly at: number;
  readonly run: () => void;
  referenced: boolean;
}

/** One socket as the control plane sees it. */
export class FakeSocket implements SystemSocket {
  bufferedBytes = 0;
  closed = false;
  readonly texts: string[] = [];
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly #handlers: SocketHandlers;

  constructor(url: string, headers: Readonly<Record<string, string>>, handlers: SocketHandlers) {
    this.url = url;
    this.headers = headers;
    this.#handlers = handlers;
  }

  get frames(): ClientFrame[] {
    return this.texts.map((text) => JSON.parse(text) as ClientFrame);
  }

  of<T extends ClientFrame['t']>(t: T): Extract<ClientFrame, { t: T }>[] {
    return this.frames.filter((frame): frame is Extract<ClientFrame, { t: T }> => frame.t === t);
  }

  send(text: string): void {
    this.texts.push(text);
  }

  close(): void {
    this.closed = true;
  }

  terminate(): void {
    this.closed = true;
  }

  open(): void {
    this.#handlers.onOpen();
  }

  text(text: string): void {
    this.#handlers.onMessage(text);
  }

  frame(frame: ServerFrame): void {
    this.text(JSON.stringify(frame));
  }

  end(code = 1006, reason = '', status?: number): void {
    this.closed = true;
    this.#handlers.onEnd({ code, reason, ...(status === undefined ? {} : { status }) });
  }
}

/** A process whose time, randomness, sockets and files are the test's. */
export class FakeSystem implements LinkedSystem {
  time = 1_000;
  nextRandom = 0.5;
  readonly sockets: FakeSocket[] = [];
  readonly warnings: { readonly message: string; readonly code: string }[] = [];
  readonly files = new Map<string, string>();
  /** Answers HTTP requests. Without it the process has only sockets. */
  request?: NonNullable<System['request']>;
  readonly env: Record<string, string | undefined> = {};
  readonly hostname = 'host';
  readonly pid = 42;
  /** Undefined: it is loaded, as in a real process. */
  uplink: OpenControlPlane | undefined = (parts) => openUplink(parts, compilePattern);
  /** How many timers were pending at once at most. */
  mostTimers = 0;
  /** How many timers have run. */
  ran = 0;
  readonly #timers = new Set<Pending>();
  readonly #watchers = new Map<string, () => void>();

  now = (): number => this.time;
  random = (): number => this.nextRandom;

  setTimer(run: () => void, ms: number): ReturnType<System['setTimer']> {
    const timer: Pending = { at: this.time + ms, run, referenced: false };
    this.#timers.add(timer);
    this.mostTimers = Math.max(this.mostTimers, this.#timers.size);
    return {
      clear: () => void this.#timers.delete(timer),
      ref: () => {
        timer.referenced = true;
      },
      unref: () => {
        timer.referenced = false;
      },
    };
  }

  connect(
    url: string,
    headers: Readonly<Record<string, string>>,
    handlers: SocketHandlers,
  ): SystemSocket {
    const socket = new FakeSocket(url, headers, handlers);
    this.sockets.push(socket);
    return socket;
  }

  warn(message: string, code: string): void {
    this.warnings.push({ message, code });
  }

  readFile(path: string): string {
    const text = this.files.get(path);
    if (text === undefined) throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
    return text;
  }

  writeFile(path: string, text: string): Promise<void> {
    this.files.set(path, text);
    return Promise.resolve();
  }

  watchFile(path: string, onChange: () => void): () => void {
    this.#watchers.set(path, onChange);
    return () => this.#watchers.delete(path);
  }

  /** Writes a file from outside, or removes it, and tells who watches it. */
  edit(path: string, text: string | null): void {
    if (text === null) this.files.delete(path);
    else this.files.set(path, text);
    this.#watchers.get(path)?.();
  }

  get watched(): number {
    return this.#watchers.size;
  }

  get timers(): number {
    return this.#timers.size;
  }

  /** Whether something would keep the process alive. */
  get isHeld(): boolean {
    return [...this.#timers].some((timer) => timer.referenced);
  }

  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error('No socket was opened.');
    return socket;
  }

  /** Lets time pass, timer by timer, and lets promises settle after each. */
  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    await settle();
    for (;;) {
      const next = [...this.#timers].sort((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > end) break;
      this.#timers.delete(next);
      this.time = Math.max(this.time, next.at);
      this.ran += 1;
      next.run();
      await settle();
    }
    this.time = Math.max(this.time, end);
    await settle();
  }

  /** Blocks the event loop: time passes, and no timer runs. */
  block(ms: number): void {
    this.time += ms;
  }
}

/** Lets pending promises settle. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

const TUNING = { flushMs: 1_000, urgentFlushMs: 50, leaseMs: 10_000, pingMs: 5_000 };

export function makeView(key: string, change: Partial<BreakerView> = {}): BreakerView {
  return {
    key,
    version: 1,
    state: 'closed',
    mode: 'auto',
    admission: ADMISSION_ALL,
    salt: 'salt',
    cohortKey: 'accountId',
    rules: [],
    call: { timeoutMs: null, stallMs: null, slowMs: null },
    retryAfterMs: null,
    ...change,
  };
}

export function makeFull(breakers: BreakerView[], seq = 1, epoch = 'e1'): ServerFrame {
  const environment = { key: 'production', kind: 'production' };
  return { t: 'full', epoch, seq, environment, tuning: TUNING, breakers };
}

export function makeDelta(
  from: number,
  breakers: BreakerView[],
  seq = from + 1,
  epoch = 'e1',
): ServerFrame {
  return { t: 'delta', epoch, from, seq, breakers, removed: [] };
}

export interface Rig {
  readonly system: FakeSystem;
  readonly recloser: Recloser;
}

/** An SDK that has tried to connect. */
export function makeRig(options: RecloserOptions = {}): Rig {
  const system = new FakeSystem();
  return { system, recloser: new Recloser({ instanceId: 'i1', ...options }, system) };
}

/** An SDK that is connected and knows these breakers. */
export function makeConnected(breakers: BreakerView[], options: RecloserOptions = {}): Rig {
  const rig = makeRig(options);
  rig.system.socket.open();
  rig.system.socket.frame(makeFull(breakers));
  return rig;
}

/** A promise to be settled by the test. */
export function defer<T>(): {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
} {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** [breaker, version, sum of each count] of every item that the process has reported. */
export function sentItems(system: FakeSystem): [string, number, number[]][] {
  return system.sockets.flatMap((socket) =>
    socket.of('signal').flatMap(({ items }) =>
      items.map(({ b, v, c }): [string, number, number[]] => {
        const sums = new Array<number>(10).fill(0);
        for (const [, ...counts] of c) {
          counts.forEach((count, i) => (sums[i] = (sums[i] ?? 0) + count));
        }
        while (sums.at(-1) === 0) sums.pop();
        return [b, v, sums];
      }),
    ),
  );
}

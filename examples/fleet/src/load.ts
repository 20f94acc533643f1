import { Agent, request } from 'node:http';
import type { CallResult, FromService, ServiceFacts } from './messages.js';

const TICK_MS = 10;
const REPORT_MS = 250;

export function tell(message: FromService): void {
  process.send?.(message);
}

/** Open loop: the load does not wait for answers, as real users do not. Begins at once and never ends. */
export function openLoop(callsPerSecond: number, call: () => void): void {
  let owed = Math.random();
  let last = performance.now();
  setInterval(() => {
    const now = performance.now();
    owed = Math.min(owed + ((now - last) / 1000) * callsPerSecond, callsPerSecond);
    last = now;
    for (; owed >= 1; owed -= 1) call();
  }, TICK_MS);
}

/** One request to the dependency over a kept connection; `headers` say who calls. */
export function chargeAt(
  port: number,
  headers: Readonly<Record<string, string>> = {},
): (account: string, signal?: AbortSignal) => Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 512 });
  return (account, signal) =>
    new Promise((resolve, reject) => {
      const outgoing = request(
        {
          host: '127.0.0.1',
          port,
          path: '/charge',
          method: 'POST',
          agent,
          ...(signal ? { signal } : {}),
          headers: { ...headers, 'x-account': account },
        },
        (incoming) => {
          incoming.resume();
          incoming.once('end', () => {
            if (incoming.statusCode === 200) resolve();
            else reject(new Error(`The dependency answered ${incoming.statusCode ?? 'nothing'}.`));
          });
          incoming.once('error', reject);
        },
      );
      outgoing.once('error', reject);
      outgoing.end();
    });
}

/** Gathers what one instance sees, and tells it to the story four times a second. */
export class Reporter {
  #calls: [number, number, CallResult, number | null][] = [];
  #decisions: [number, number, boolean][] = [];
  #rejections: [number, number | null][] = [];
  #probes = 0;

  constructor() {
    setInterval(() => this.flush(), REPORT_MS);
  }

  call(start: number, result: CallResult, account: number | null = null): void {
    this.#calls.push([start, Date.now(), result, account]);
  }

  decision(seq: number, account: number, admitted: boolean): void {
    this.#decisions.push([seq, account, admitted]);
  }

  rejection(account: number | null = null): void {
    this.#rejections.push([Date.now(), account]);
  }

  probe(): void {
    this.#probes += 1;
  }

  flush(): void {
    const facts: ServiceFacts = {
      type: 'facts',
      calls: this.#calls,
      decisions: this.#decisions,
      rejections: this.#rejections,
      probes: this.#probes,
    };
    this.#calls = [];
    this.#decisions = [];
    this.#rejections = [];
    this.#probes = 0;
    tell(facts);
  }
}

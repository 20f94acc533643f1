import { WebSocket } from 'ws';
import type { CrewOptions } from './messages.js';
import type { Reports } from './reports.js';

const FLUSH_MS = 1_000;

/** What the instances of one process count together. */
export interface Tallies {
  connected: number;
  closed: number;
  leaseless: number;
  longestUnrenewedMs: number;
  frames: number;
  answered: number;
}

/** One instance: speaks the protocol on a bare socket, and tells counts that were made beforehand. */
export class LightInstance {
  readonly #reports: Reports;
  readonly #tallies: Tallies;
  readonly #index: number;
  #n = 0;
  #renewedAt = performance.now();
  #socket: WebSocket | null = null;

  constructor(index: number, reports: Reports, tallies: Tallies) {
    this.#index = index;
    this.#reports = reports;
    this.#tallies = tallies;
  }

  /** Resolves once it has a state. From then on it reports every second. */
  connect({ url, sdkKey }: Pick<CrewOptions, 'url' | 'sdkKey'>): Promise<void> {
    const socket = new WebSocket(`${url}/v1/sdk`, {
      headers: { authorization: `Bearer ${sdkKey}` },
      perMessageDeflate: false,
    });
    this.#socket = socket;
    socket.on('open', () => this.#send({ t: 'hello', v: 1, instance: this.#instance() }));
    socket.on('close', () => (this.#tallies.closed += 1));
    return new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.on('message', (data: Buffer) => {
        if (this.#receive(data.toString())) resolve();
      });
    });
  }

  /** Reports until the process ends. */
  begin(): void {
    this.#renewedAt = performance.now();
    setTimeout(() => setInterval(() => this.#report(), FLUSH_MS), (this.#index * 137) % FLUSH_MS);
  }

  /** How long its lease has not been renewed, in ms. */
  unrenewedMs(): number {
    return performance.now() - this.#renewedAt;
  }

  /** True for the first state. */
  #receive(text: string): boolean {
    const kind = text.slice(6, 10);
    if (kind === 'got"') {
      this.#tallies.answered += 1;
    } else if (kind === 'ping') {
      const { id, lease } = JSON.parse(text) as { id: number; lease?: boolean };
      if (lease === false) this.#tallies.leaseless += 1;
      else this.#renewed();
      this.#send({ t: 'pong', id });
    } else if (kind === 'full' || kind === 'delt') {
      this.#renewed();
      this.#send({ t: 'ack', seq: this.#reports.learn(text) });
      return kind === 'full';
    }
    return false;
  }

  #renewed(): void {
    const longest = Math.max(this.#tallies.longestUnrenewedMs, this.unrenewedMs());
    this.#tallies.longestUnrenewedMs = longest;
    this.#renewedAt = performance.now();
  }

  #report(): void {
    this.#n += 1;
    this.#tallies.frames += 1;
    this.#socket?.send(this.#reports.frame(this.#index, this.#n));
  }

  #send(frame: object): void {
    this.#socket?.send(JSON.stringify(frame));
  }

  #instance() {
    const index = this.#index;
    return {
      id: `instance-${index}`,
      service: `service-${index % 20}`,
      zone: `zone-${index % 3}`,
      sdk: 'bench/1',
      features: ['scopes'],
    };
  }
}

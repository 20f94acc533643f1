import { ADMISSION_ALL } from '@recloser/core';
import type { BreakerSummary, ConsoleServerFrame } from '@recloser/protocol';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type RawData, WebSocket, WebSocketServer } from 'ws';

const BURST_MS = 50;
const STATES = ['open', 'ramping', 'closed'] as const;

/** Stands between browsers and the API, passes everything on, and adds changes to the console's feed. */
export class FeedRelay {
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #server: Server;
  #breakers: BreakerSummary[] = [];
  #seq = 0;
  #timer: NodeJS.Timeout | undefined;
  #sent = 0;

  private constructor(private readonly target: URL) {
    this.#server = createServer((incoming, answer) => {
      const onward = request(
        new URL(incoming.url ?? '/', target),
        { method: incoming.method ?? 'GET', headers: this.#headers(incoming) },
        (response) => {
          answer.writeHead(response.statusCode ?? 502, response.headers);
          response.pipe(answer);
        },
      );
      onward.on('error', () => answer.destroy());
      incoming.pipe(onward);
    });
    this.#server.on('upgrade', (incoming: IncomingMessage, socket, head) => {
      this.#sockets.handleUpgrade(incoming, socket, head, (browser) => {
        this.#join(browser, incoming);
      });
    });
  }

  static async start(target: string): Promise<FeedRelay> {
    const relay = new FeedRelay(new URL(target));
    await new Promise<void>((resolve) => relay.#server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  get url(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Changes that were sent so far. */
  get sent(): number {
    return this.#sent;
  }

  /** From now on so many breakers change their state each second, one frame each, also when this process is late. */
  changeEverySecond(changes: number): void {
    clearInterval(this.#timer);
    const began = performance.now();
    let made = 0;
    this.#timer = setInterval(() => {
      const due = ((performance.now() - began) * changes) / 1_000;
      for (; made < due; made += 1) this.#change();
    }, BURST_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    for (const client of this.#sockets.clients) client.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #headers({ headers }: IncomingMessage): Record<string, string | string[] | undefined> {
    const origin = headers.origin === undefined ? {} : { origin: this.target.origin };
    return { ...headers, host: this.target.host, ...origin };
  }

  #join(browser: WebSocket, incoming: IncomingMessage): void {
    const url = new URL(incoming.url ?? '/', this.target);
    url.protocol = 'ws:';
    const { cookie = '' } = incoming.headers;
    const api = new WebSocket(url, { headers: { cookie, origin: this.target.origin } });
    const waiting: string[] = [];
    browser.on('message', (data) => {
      if (api.readyState === WebSocket.OPEN) api.send(textOf(data));
      else waiting.push(textOf(data));
    });
    api.on('open', () => {
      for (const text of waiting) api.send(text);
    });
    api.on('message', (data) => {
      this.#learn(JSON.parse(textOf(data)) as ConsoleServerFrame);
      browser.send(textOf(data));
    });
    api.on('error', () => browser.close());
    api.on('close', () => browser.close());
    browser.on('close', () => api.close());
  }

  #learn(frame: ConsoleServerFrame): void {
    if (frame.t !== 'snapshot') return;
    this.#breakers = frame.breakers;
    this.#seq = frame.seq;
  }

  #change(): void {
    const place = Math.floor(Math.random() * this.#breakers.length);
    const before = this.#breakers[place];
    if (before === undefined) return;
    this.#seq += 1;
    this.#sent += 1;
    const state = STATES[this.#seq % STATES.length] ?? 'closed';
    const admission = { open: 0, ramping: ADMISSION_ALL / 4, closed: ADMISSION_ALL }[state];
    const at = Date.now();
    const changed = { ...before, state, admission, since: at, seq: this.#seq };
    this.#breakers[place] = changed;
    const frame: ConsoleServerFrame = {
      t: 'changes',
      seq: this.#seq,
      breakers: [changed],
      removed: [],
      events: [],
      at,
    };
    for (const client of this.#sockets.clients) client.send(JSON.stringify(frame));
  }
}

function textOf(data: RawData): string {
  return Buffer.isBuffer(data) ? data.toString() : Buffer.from(data as ArrayBuffer).toString();
}

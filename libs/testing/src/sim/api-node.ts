import type { PostedFrames } from '@recloser/protocol';
import {
  createHub,
  EnvironmentReplica,
  type Hub,
  type HubPorts,
  type Payload,
  type SdkConnection,
  StoreClock,
} from '@recloser/hub';
import type { HttpAnswer, HttpRequest } from '@recloser/sdk';
import { type Link, type LinkEnd } from './link.js';
import { Process } from './process.js';
import { databasePorts, ENVIRONMENT } from './sim-database.js';

const TICK_MS = 20;
const POLL_MS = 1_000;
const QUIET = { warn: () => undefined };

/** A frame a line. */
function linesOf(payload: Payload): string {
  const lines: string[] = [];
  for (let chunk = payload.at(0); chunk !== null; chunk = payload.at(lines.length)) {
    lines.push(chunk.text);
  }
  return lines.join('\n');
}

/** One API process: the real hub and the real change feed, on simulated stores and sockets. */
export class ApiNode extends Process {
  #hub: Hub | null = null;
  #links = new Map<Link, { readonly client: LinkEnd; readonly connection: SdkConnection }>();

  get hub(): Hub | null {
    return this.#hub;
  }

  /** Accepts a connection; returns what hears its client. */
  accept(link: Link, client: LinkEnd, instanceId: string): LinkEnd {
    const { tamperFrame } = this.shared;
    let fragments = '';
    const connection = this.#hub?.connect(
      {
        send: (text) => link.send(client, tamperFrame(text, instanceId)),
        sendChunk: ({ place, text }) => {
          fragments += text;
          if (place === 'first' || place === 'middle') return;
          link.send(client, tamperFrame(fragments, instanceId));
          fragments = '';
        },
        bufferedBytes: () => link.bytesTo(client),
        close: (code, reason) => link.end([client, server], code, reason),
      },
      { id: 'key' },
    );
    const server: LinkEnd = {
      onText: (text) => connection?.receive(text),
      onEnd: () => {
        this.#links.delete(link);
        connection?.closed();
      },
    };
    if (connection) this.#links.set(link, { client, connection });
    return server;
  }

  /** Answers a request of an instance that polls, as the API does. */
  async answer(path: string, request: HttpRequest): Promise<HttpAnswer> {
    const hub = this.#hub;
    if (hub?.ready !== true) return answerOf(503, '');
    if (path.endsWith('/snapshot')) {
      const state = await hub.polledState(request.headers['if-none-match']?.slice(1, -1));
      if (state === null) return answerOf(503, '');
      const known = request.headers['if-none-match']?.slice(1, -1) ?? null;
      const frames = hub.polledFrames({ parts: true, deflate: false }, known);
      const text = state.isUnchanged ? '' : linesOf(frames);
      return answerOf(state.isUnchanged ? 304 : 200, text, {
        etag: `"${state.tag}"`,
        'recloser-lease': `${state.lease}`,
        'recloser-poll-ms': `${state.pollMs}`,
      });
    }
    const { frames, ...from } = JSON.parse(request.body ?? '') as PostedFrames;
    const answer = await hub.exchange(
      { id: 'key' },
      {
        ...from,
        state: from.state?.slice(1, -1),
        frames: frames.map((frame) => JSON.stringify(frame)),
      },
    );
    const { id } = from.instance;
    const texts = answer.frames.map((text) => this.shared.tamperFrame(text, id));
    const tag = JSON.stringify(`"${answer.tag}"`);
    return answerOf(200, `{"state":${tag},"frames":[${texts.join(',')}]}`);
  }

  protected begin(): void {
    const { scheduler, signals, bus } = this.shared;
    const asked = {
      now: () => this.askSignals(() => signals.now()),
      heartbeatAges: () => this.askSignals(() => signals.heartbeatAges()),
    };
    const clock = new StoreClock(asked, () => scheduler.now, scheduler.now);
    const options = { hubId: `${this.name}-${this.life}`, environment: ENVIRONMENT };
    const db = databasePorts(this.shared.database, this.askDatabase);
    let node: EnvironmentReplica | null = null;
    const hub = createHub(
      options,
      clock,
      this.#ports(clock, () => node?.sync()),
    );
    node = new EnvironmentReplica({ environmentId: ENVIRONMENT.id, db, hub, log: QUIET });
    const feed = node;
    this.#hub = hub;
    feed.sync();
    this.whenKilled(
      bus.listen((topic, seq) => {
        if (topic === 'seq') feed.announced(seq);
      }),
    );
    this.every(TICK_MS, () => hub.tick());
    this.every(POLL_MS, () => {
      clock.refresh().catch(() => undefined);
      this.askDatabase(() => Promise.resolve(this.shared.database.seq)).then(
        (seq) => feed.checked(this.shared.database.epoch, seq),
        () => undefined,
      );
    });
    void clock.refresh().catch(() => undefined);
    this.whenKilled(() => {
      for (const [link, { client }] of this.#links) link.end([client], 1006, 'killed');
      this.#links.clear();
      this.#hub = null;
    });
  }

  #ports(clock: StoreClock, refresh: () => void): HubPorts {
    const { signals, bus, random } = this.shared;
    const ask = this.askSignals;
    return {
      append: (batch) => ask(() => signals.append(batch)),
      reportPresence: (presence) => ask(() => signals.reportPresence(presence)),
      claimPermits: (claim, total, want) => ask(() => signals.claimPermits(claim, total, want)),
      recordProbe: (claim, id, answer) => ask(() => signals.recordProbe(claim, id, answer)),
      markDirty: (environmentId, breakers) => ask(() => signals.markDirty(environmentId, breakers)),
      wake: () => bus.publish('wake'),
      countInstances: (environmentId) =>
        ask(() => signals.acks(environmentId, 0)).then(({ connected }) => connected),
      discover: () => undefined,
      refresh,
      evaluatorAlive: (environmentId) => clock.evaluatorAlive(environmentId),
      random: random.next,
      onError: () => undefined,
    };
  }
}

function answerOf(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  return { status, text, header: (name) => headers[name] ?? null };
}

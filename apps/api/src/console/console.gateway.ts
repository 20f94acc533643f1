import type { Backbone } from '@recloser/backbone';
import type { Database } from '@recloser/db';
import { RecloserError, type WatchFrame } from '@recloser/protocol';
import type { Log } from '@recloser/server';
import type { IncomingMessage } from 'node:http';
import { WebSocketServer } from 'ws';
import type { Sessions } from '../auth/sessions.js';
import { hasSameOrigin } from '../common/same-origin.js';
import type { Accept } from '../common/upgrades.js';
import type { EnvironmentReplicas } from '../replicas/environment-replicas.js';
import { ConsoleSeats } from './console-seats.js';
import { ConsoleConnection, signedOut } from './console-connection.js';
import { ConsoleFeed, type Watcher } from './console-feed.js';

const GOING_AWAY = 1001;
/** Bytes; a console sends nothing longer than a watch frame. What is too long by less is answered by an error frame. */
const MAX_PAYLOAD = 8 * 1024;

export interface ConsoleGatewayOptions {
  readonly db: Database;
  readonly backbone: Backbone;
  readonly replicas: EnvironmentReplicas;
  readonly sessions: Sessions;
  readonly publicUrl: string | null;
  /** Scheme and host that the browser sees. */
  readonly originOf: (request: IncomingMessage) => string;
  readonly log: Log;
}

/** The sockets of consoles: a session and our own Origin, then one environment's feed. */
export class ConsoleGateway {
  readonly #options: ConsoleGatewayOptions;
  readonly #feeds = new Map<string, ConsoleFeed>();
  readonly #sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_PAYLOAD,
  });
  readonly #seats = new ConsoleSeats();
  #closing = false;

  constructor(options: ConsoleGatewayOptions) {
    this.#options = options;
  }

  get connections(): number {
    return this.#sockets.clients.size;
  }

  /** @throws RecloserError cross_origin, unauthenticated, too_many_requests, unavailable */
  async upgrade(request: IncomingMessage, accept: Accept): Promise<void> {
    const { publicUrl, sessions, log, originOf } = this.#options;
    if (this.#closing)
      throw new RecloserError('unavailable', 'This node is stopping: connect again.');
    const { headers } = request;
    if (!hasSameOrigin({ headers, origin: originOf(request), publicUrl })) {
      throw new RecloserError('cross_origin', 'Only the console’s own pages may connect here.');
    }
    const user = await sessions.userOf(headers);
    if (!user) throw signedOut();
    this.#seats.take(user.id, performance.now());
    const socket = await accept(this.#sockets).catch((error: unknown) => {
      this.#seats.leave(user.id);
      throw error;
    });
    socket.once('close', () => this.#seats.leave(user.id));
    new ConsoleConnection({
      socket,
      log,
      watch: (frame, watcher) => this.#watch(frame, watcher),
      stillSignedIn: async () => (await sessions.userOf(headers)) !== null,
    });
  }

  drain(): void {
    this.#closing = true;
    for (const socket of this.#sockets.clients) socket.close(GOING_AWAY, 'restarting');
  }

  async #watch({ project, environment }: WatchFrame, watcher: Watcher): Promise<() => void> {
    const { db, backbone, replicas, log } = this.#options;
    const found = await db.environments.find(project, environment);
    const { id, key, kind } = found;
    const node = replicas.of({ id, key, kind, project });
    const feed =
      this.#feeds.get(id) ?? new ConsoleFeed({ node, db, backbone, clock: replicas.clock, log });
    this.#feeds.set(id, feed);
    return feed.watch(watcher);
  }
}

import { Inject, type OnModuleDestroy } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  type OnGatewayConnection,
  type OnGatewayInit,
} from '@nestjs/websockets';
import type { Backbone } from '@recloser/backbone';
import type { Database } from '@recloser/db';
import { RecloserError, type WatchFrame } from '@recloser/protocol';
import type { Log } from '@recloser/server';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { RawData, ServerOptions, WebSocket } from 'ws';
import { Sessions } from '../auth/sessions.js';
import { hasSameOrigin, originReader } from '../common/same-origin.js';
import { BACKBONE, DATABASE, LOG, SETTINGS } from '../common/tokens.js';
import { EnvironmentReplicas } from '../environments/environment-replicas.js';
import type { GatewayMessage, GatewayProtocol, GatewayServer } from '../realtime/gateway-server.js';
import type { Settings } from '../settings.js';
import { ConsoleConnection, signedOut } from './console-connection.js';
import { ConsoleFeed, type Watcher } from './console-feed.js';
import { ConsoleSeats } from './console-seats.js';

const GOING_AWAY = 1001;
/** Bytes; a console sends nothing longer than a watch frame. What is too long by less is answered by an error frame. */
const MAX_PAYLOAD = 8 * 1024;

/** The sockets of consoles: a session and our own Origin, then one environment's feed. */
@WebSocketGateway<ServerOptions>({
  path: '/v1/console',
  perMessageDeflate: false,
  maxPayload: MAX_PAYLOAD,
})
export class ConsoleGateway
  implements
    GatewayProtocol,
    OnGatewayInit<GatewayServer>,
    OnGatewayConnection<WebSocket>,
    OnModuleDestroy
{
  readonly #originOf: (request: IncomingMessage) => string;
  readonly #publicUrl: string | null;
  readonly #feeds = new Map<string, ConsoleFeed>();
  readonly #connections = new WeakMap<WebSocket, ConsoleConnection>();
  readonly #seats = new ConsoleSeats();
  #sockets: ReadonlySet<WebSocket> = new Set();
  #closing = false;

  constructor(
    @Inject(DATABASE) private readonly db: Database,
    @Inject(BACKBONE) private readonly backbone: Backbone,
    @Inject(EnvironmentReplicas) private readonly replicas: EnvironmentReplicas,
    @Inject(Sessions) private readonly sessions: Sessions,
    @Inject(LOG) private readonly log: Log,
    @Inject(SETTINGS) { publicUrl, trustedProxies }: Settings,
  ) {
    this.#publicUrl = publicUrl;
    this.#originOf = originReader(trustedProxies);
  }

  get connections(): number {
    return this.#sockets.size;
  }

  afterInit(server: GatewayServer): void {
    server.protocol = this;
    this.#sockets = server.clients;
  }

  /** @throws RecloserError cross_origin, unauthenticated, too_many_requests, unavailable */
  async admit(request: IncomingMessage): Promise<void> {
    if (this.#closing)
      throw new RecloserError('unavailable', 'This node is stopping: connect again.');
    const { headers, socket } = request;
    const origin = this.#originOf(request);
    if (!hasSameOrigin({ headers, origin, publicUrl: this.#publicUrl })) {
      throw new RecloserError('cross_origin', 'Only the console’s own pages may connect here.');
    }
    const user = await this.sessions.userOf(headers);
    if (!user) throw signedOut();
    if (socket.destroyed) return;
    this.#seats.take(user.id, performance.now());
    // Of the connection and not of the socket: a handshake that fails makes none.
    socket.once('close', () => this.#seats.leave(user.id));
  }

  handleConnection(socket: WebSocket, { headers }: IncomingMessage): void {
    const connection = new ConsoleConnection({
      socket,
      log: this.log,
      watch: (frame, watcher) => this.#watch(frame, watcher),
      stillSignedIn: () => this.#isSignedIn(headers),
    });
    this.#connections.set(socket, connection);
  }

  read(socket: WebSocket, data: RawData, isBinary: boolean): GatewayMessage | null {
    const frame = this.#connections.get(socket)?.read(data, isBinary) ?? null;
    return frame === null ? null : { event: frame.t, data: frame };
  }

  /** The handshake has checked the session, so the guard of routes has nothing to check. */
  @SubscribeMessage('watch')
  watch(@ConnectedSocket() socket: WebSocket, @MessageBody() frame: WatchFrame): void {
    this.#connections.get(socket)?.watch(frame);
  }

  onModuleDestroy(): void {
    this.#closing = true;
    for (const socket of this.#sockets) socket.close(GOING_AWAY, 'restarting');
  }

  async #isSignedIn(headers: IncomingHttpHeaders): Promise<boolean> {
    return (await this.sessions.userOf(headers)) !== null;
  }

  async #watch({ project, environment }: WatchFrame, watcher: Watcher): Promise<() => void> {
    const { db, backbone, replicas, log } = this;
    const found = await db.environments.find(project, environment);
    const { id, key, kind } = found;
    const node = replicas.of({ id, key, kind, project });
    const feed =
      this.#feeds.get(id) ?? new ConsoleFeed({ node, db, backbone, clock: replicas.clock, log });
    this.#feeds.set(id, feed);
    return feed.watch(watcher);
  }
}

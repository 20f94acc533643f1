import { Inject, type BeforeApplicationShutdown } from '@nestjs/common';
import { WebSocketGateway, type OnGatewayConnection, type OnGatewayInit } from '@nestjs/websockets';
import type { EnvironmentReplica, SdkConnection } from '@recloser/hub';
import { LIMITS, RecloserError } from '@recloser/protocol';
import type { IncomingMessage } from 'node:http';
import type { RawData, ServerOptions, WebSocket } from 'ws';
import { SETTINGS } from '../common/tokens.js';
import { EnvironmentReplicas } from '../environments/environment-replicas.js';
import type { GatewayProtocol, GatewayServer } from '../realtime/gateway-server.js';
import { textOf } from '../realtime/text-of.js';
import type { Settings } from '../settings.js';
import { FrameQueue } from './frame-queue.js';
import { environmentOf, SdkKeyAuthenticator } from './sdk-key-authenticator.js';
import { FrameEncoder, WsSdkSocket } from './sdk-socket.js';

/** Up to here a frame is answered by an error frame that says so; beyond it the socket is closed (1009). */
const MAX_PAYLOAD = 2 * LIMITS.sdkFrameBytes;
const UNSUPPORTED_DATA = 1003;
/** A stopping node waits at most so long for SDKs to go, ms, however far apart they come back. */
const MAX_DRAIN_MS = 10_000;

/** Whom a request that was let in comes from, and where it goes. */
interface Admitted {
  readonly keyId: string;
  readonly node: EnvironmentReplica;
}

/** The sockets of SDKs: authenticates before the handshake, then hands them to the environment's hub. */
@WebSocketGateway<ServerOptions>({
  path: '/v1/sdk',
  perMessageDeflate: false,
  maxPayload: MAX_PAYLOAD,
  clientTracking: true,
  // The hub decodes with JSON.parse, which would take what is no text, too.
  skipUTF8Validation: false,
})
export class SdkGateway
  implements
    GatewayProtocol,
    OnGatewayInit<GatewayServer>,
    OnGatewayConnection<WebSocket>,
    BeforeApplicationShutdown
{
  readonly #keys: SdkKeyAuthenticator;
  readonly #replicas: EnvironmentReplicas;
  readonly #goodbyeSpreadMs: number;
  readonly #admitted = new WeakMap<IncomingMessage, Admitted>();
  readonly #encoder = new FrameEncoder();
  readonly #frames = new FrameQueue({
    now: () => performance.now(),
    later: (callback) => void setImmediate(callback),
  });
  #sockets: ReadonlySet<WebSocket> = new Set();
  #closing = false;

  constructor(
    @Inject(SdkKeyAuthenticator) keys: SdkKeyAuthenticator,
    @Inject(EnvironmentReplicas) replicas: EnvironmentReplicas,
    @Inject(SETTINGS) { goodbyeSpreadMs }: Settings,
  ) {
    this.#keys = keys;
    this.#replicas = replicas;
    this.#goodbyeSpreadMs = goodbyeSpreadMs;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  afterInit(server: GatewayServer): void {
    server.protocol = this;
    this.#sockets = server.clients;
  }

  /** @throws RecloserError invalid_key, key_revoked, unavailable */
  async admit(request: IncomingMessage): Promise<void> {
    if (this.#closing) throw stopping();
    const holder = await this.#keys.holder(request.headers.authorization);
    const node = this.#replicas.of(environmentOf(holder));
    this.#admitted.set(request, { keyId: holder.keyId, node });
  }

  handleConnection(socket: WebSocket, request: IncomingMessage): void {
    const admitted = this.#admitted.get(request);
    if (admitted === undefined) {
      socket.terminate();
      return;
    }
    const outlet = new WsSdkSocket(socket, request.socket, this.#encoder);
    const connection = admitted.node.hub.connect(outlet, { id: admitted.keyId });
    socket.on('message', (data: RawData, isBinary: boolean) => {
      if (isBinary) socket.close(UNSUPPORTED_DATA, 'send text frames');
      else this.#receive(socket, connection, textOf(data));
    });
    // What is wrong with a socket is followed by its close.
    socket.on('error', () => undefined);
    // After what it has sent before.
    socket.on('close', () => this.#frames.add(socket, 0, () => connection.closed()));
  }

  /** Asks all SDKs to go elsewhere within the spread, waits so long for them, then closes the rest. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#closing = true;
    if (this.connections === 0) return;
    for (const { hub } of this.#replicas.all) hub.goodbye('shutdown', this.#goodbyeSpreadMs);
    await this.#allGone(Math.min(this.#goodbyeSpreadMs, MAX_DRAIN_MS));
    for (const { hub } of this.#replicas.all) hub.closeAll('shutdown');
    await this.#allGone(1_000);
    for (const socket of this.#sockets) socket.terminate();
  }

  #receive(socket: WebSocket, connection: SdkConnection, text: string): void {
    this.#frames.add(socket, text.length, (waitedMs) => connection.receive(text, waitedMs));
  }

  async #allGone(withinMs: number): Promise<void> {
    const gone = [...this.#sockets].map(
      (socket: WebSocket) => new Promise((resolve) => socket.once('close', resolve)),
    );
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, withinMs);
    });
    await Promise.race([Promise.all(gone), late]);
    clearTimeout(timer);
  }
}

const stopping = (): RecloserError =>
  new RecloserError('unavailable', 'This node is stopping: connect again.', {
    retryAfterMs: 1_000,
  });

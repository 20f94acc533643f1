import type { SdkConnection } from '@recloser/hub';
import { LIMITS, RecloserError } from '@recloser/protocol';
import type { IncomingMessage } from 'node:http';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { Accept } from '../common/upgrades.js';
import type { EnvironmentReplicas } from '../replicas/environment-replicas.js';
import { environmentOf, type SdkKeyAuthenticator } from './sdk-key-authenticator.js';
import { FrameQueue } from './frame-queue.js';
import { FrameEncoder, WsSdkSocket } from './sdk-socket.js';

/** Up to here a frame is answered by an error frame that says so; beyond it the socket is closed (1009). */
const MAX_PAYLOAD = 2 * LIMITS.sdkFrameBytes;
const UNSUPPORTED_DATA = 1003;

export interface SdkGatewayOptions {
  readonly keys: SdkKeyAuthenticator;
  readonly replicas: EnvironmentReplicas;
}

/** The sockets of SDKs: authenticates before the handshake, then hands them to the environment's hub. */
export class SdkGateway {
  readonly #keys: SdkKeyAuthenticator;
  readonly #replicas: EnvironmentReplicas;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_PAYLOAD,
    clientTracking: true,
    // The hub decodes with JSON.parse, which would take what is no text, too.
    skipUTF8Validation: false,
  });
  readonly #encoder = new FrameEncoder();
  readonly #frames = new FrameQueue({
    now: () => performance.now(),
    later: (callback) => void setImmediate(callback),
  });
  #closing = false;

  constructor({ keys, replicas }: SdkGatewayOptions) {
    this.#keys = keys;
    this.#replicas = replicas;
  }

  get connections(): number {
    return this.#sockets.clients.size;
  }

  /** @throws RecloserError invalid_key, key_revoked, unavailable */
  async upgrade(request: IncomingMessage, accept: Accept): Promise<void> {
    if (this.#closing) throw stopping();
    const holder = await this.#keys.holder(request.headers.authorization);
    const node = this.#replicas.of(environmentOf(holder));
    const socket = await accept(this.#sockets);
    const outlet = new WsSdkSocket(socket, request.socket, this.#encoder);
    const connection = node.hub.connect(outlet, { id: holder.keyId });
    socket.on('message', (data: RawData, isBinary: boolean) => {
      if (isBinary) socket.close(UNSUPPORTED_DATA, 'send text frames');
      else this.#receive(socket, connection, textOf(data));
    });
    // What is wrong with a socket is followed by its close.
    socket.on('error', () => undefined);
    // After what it has sent before.
    socket.on('close', () => this.#frames.add(socket, 0, () => connection.closed()));
  }

  #receive(socket: WebSocket, connection: SdkConnection, text: string): void {
    this.#frames.add(socket, text.length, (waitedMs) => connection.receive(text, waitedMs));
  }

  /** Asks all SDKs to go elsewhere within `withinMs`, waits so long for them, then closes the rest. */
  async drain(withinMs: number): Promise<void> {
    this.#closing = true;
    if (this.connections === 0) return;
    for (const { hub } of this.#replicas.all) hub.goodbye('shutdown', withinMs);
    await this.#allGone(withinMs);
    for (const { hub } of this.#replicas.all) hub.closeAll('shutdown');
    await this.#allGone(1_000);
    for (const socket of this.#sockets.clients) socket.terminate();
  }

  async #allGone(withinMs: number): Promise<void> {
    const gone = [...this.#sockets.clients].map(
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

function textOf(data: RawData): string {
  if (Buffer.isBuffer(data)) return data.toString();
  return Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]).toString();
}

import type { IncomingMessage } from 'node:http';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';

/** A message as `@SubscribeMessage` takes it. */
export interface GatewayMessage {
  readonly event: string;
  readonly data: unknown;
}

/** What a gateway does that Nest has no hook for. */
export interface GatewayProtocol {
  /** Lets a request in before the handshake. @throws RecloserError that the request is answered with */
  admit(request: IncomingMessage): Promise<void>;
  /** Reads a frame for the gateway's message handlers; null when there is nothing to handle. */
  read?(socket: WebSocket, data: RawData, isBinary: boolean): GatewayMessage | null;
}

/** The sockets of one gateway. The gateway sets `protocol` in `afterInit`; until then nobody gets in. */
export class GatewayServer extends WebSocketServer {
  protocol: GatewayProtocol | null = null;
}

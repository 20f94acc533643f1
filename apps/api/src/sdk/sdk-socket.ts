import type { SdkSocket } from '@recloser/hub';
import { WebSocket } from 'ws';

const TEXT = { binary: false } as const;

/**
 * Text frames as bytes. A hub sends one string to all of its sockets: it is encoded once, not once per socket.
 * One encoder serves all sockets of a gateway.
 */
export class FrameEncoder {
  #text = '';
  #bytes = Buffer.alloc(0);

  encode(text: string): Buffer {
    if (text !== this.#text) {
      this.#bytes = Buffer.from(text);
      this.#text = text;
    }
    return this.#bytes;
  }
}

/** A `ws` socket as a hub sees it. Nothing here throws: what cannot be sent any more is gone with its socket. */
export class WsSdkSocket implements SdkSocket {
  readonly #socket: WebSocket;
  readonly #encoder: FrameEncoder;

  constructor(socket: WebSocket, encoder: FrameEncoder) {
    this.#socket = socket;
    this.#encoder = encoder;
  }

  send(text: string): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.send(this.#encoder.encode(text), TEXT);
  }

  bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason.slice(0, 120));
  }
}

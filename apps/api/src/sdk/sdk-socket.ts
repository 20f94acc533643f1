import type { SdkSocket } from '@recloser/hub';
import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';

/**
 * Text frames ready for the wire (RFC 6455 §5.2: final, text, unmasked). A hub sends one string to all of its sockets:
 * it is encoded once, and each socket is given the same bytes in a single write. One encoder serves a gateway.
 */
export class FrameEncoder {
  #text = '';
  #frame: Uint8Array = new Uint8Array();

  encode(text: string): Uint8Array {
    if (text !== this.#text) {
      this.#frame = frameOf(Buffer.from(text));
      this.#text = text;
    }
    return this.#frame;
  }
}

function frameOf(payload: Buffer): Uint8Array {
  const { length } = payload;
  const header = Buffer.alloc(length <= 125 ? 2 : length <= 0xffff ? 4 : 10);
  header[0] = 0x81;
  if (length <= 125) {
    header[1] = length;
  } else if (length <= 0xffff) {
    header[1] = 126;
    header.writeUInt16BE(length, 2);
  } else {
    header[1] = 127;
    header.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([header, payload]);
}

/** A `ws` socket as a hub sees it. Nothing here throws: what cannot be sent any more is gone with its socket. */
export class WsSdkSocket implements SdkSocket {
  /** @param stream what `socket` speaks over; without compression `ws` writes to it in place, so order is kept. */
  constructor(
    private readonly socket: WebSocket,
    private readonly stream: Duplex,
    private readonly encoder: FrameEncoder,
  ) {}

  send(text: string): void {
    if (this.socket.readyState === WebSocket.OPEN) this.stream.write(this.encoder.encode(text));
  }

  bufferedBytes(): number {
    return this.socket.bufferedAmount;
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason.slice(0, 120));
  }
}

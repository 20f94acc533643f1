import type { Chunk, SdkSocket } from '@recloser/hub';
import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';

/** How a frame begins: final or not, and text, binary or what continues a message. */
const FIRST_BYTE = { whole: 0x81, first: 0x01, middle: 0x00, last: 0x80, binary: 0x82 } as const;

/**
 * Frames ready for the wire (RFC 6455 §5.2 and §5.4: unmasked; text, fragments of it, or binary). A hub sends one string
 * or chunk to all of its sockets: it is encoded once, and each socket is given the same bytes in a single write. One
 * encoder serves a gateway.
 */
export class FrameEncoder {
  #text = '';
  #frame: Uint8Array = new Uint8Array();
  readonly #chunks = new WeakMap<Chunk, Uint8Array>();

  encode(text: string): Uint8Array {
    if (text !== this.#text) {
      this.#frame = frameOf(Buffer.from(text), FIRST_BYTE.whole);
      this.#text = text;
    }
    return this.#frame;
  }

  encodeChunk(chunk: Chunk): Uint8Array {
    const known = this.#chunks.get(chunk);
    if (known !== undefined) return known;
    const { place, text, deflated } = chunk;
    const frame =
      deflated === null
        ? frameOf(Buffer.from(text), FIRST_BYTE[place])
        : frameOf(deflated, FIRST_BYTE.binary);
    this.#chunks.set(chunk, frame);
    return frame;
  }
}

function frameOf(payload: Uint8Array, firstByte: number): Uint8Array {
  const { length } = payload;
  const header = Buffer.alloc(length <= 125 ? 2 : length <= 0xffff ? 4 : 10);
  header[0] = firstByte;
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

  sendChunk(chunk: Chunk): void {
    if (this.socket.readyState === WebSocket.OPEN) {
      this.stream.write(this.encoder.encodeChunk(chunk));
    }
  }

  bufferedBytes(): number {
    return this.socket.bufferedAmount;
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason.slice(0, 120));
  }
}

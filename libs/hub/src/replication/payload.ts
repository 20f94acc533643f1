/** A piece of what is sent, made once for all sockets that get it. */
export interface Chunk {
  /** A message, or with others a message: its first, middle or last fragment. */
  readonly place: 'whole' | 'first' | 'middle' | 'last';
  readonly text: string;
  /** The text compressed, to be sent as a binary message instead; null: it is not. */
  readonly deflated: Uint8Array | null;
}

export type Deflate = (text: string) => Uint8Array;

/** Shorter messages gain nothing from compression. */
const DEFLATE_FROM = 2_048;

export interface PayloadOptions {
  readonly kind: 'full' | 'resume';
  readonly epoch: string;
  /** The state's seq once all of it has arrived. */
  readonly seq: number;
  /** Each text is a message; otherwise all are fragments of one. */
  readonly messages: boolean;
  /** Compresses messages; null: they go as text. */
  readonly deflate: Deflate | null;
  readonly texts: Iterator<string, undefined>;
}

/**
 * A state on its way, in chunks of about 64 KiB. A chunk is made when the first socket has room for it, and kept for the
 * others: nothing is long at once, however large the state is, and nothing is made twice.
 */
export class Payload {
  readonly kind: 'full' | 'resume';
  readonly epoch: string;
  readonly seq: number;
  readonly messages: boolean;
  readonly #deflate: Deflate | null;
  readonly #texts: Iterator<string, undefined>;
  readonly #chunks: Chunk[] = [];
  #next: string | null;

  constructor({ kind, epoch, seq, messages, deflate, texts }: PayloadOptions) {
    this.kind = kind;
    this.epoch = epoch;
    this.seq = seq;
    this.messages = messages;
    this.#deflate = messages ? deflate : null;
    this.#texts = texts;
    this.#next = this.#read();
  }

  /** True when one chunk is all. */
  get isShort(): boolean {
    return this.at(0) !== null && this.at(1) === null;
  }

  /** The chunk at an index; null: there are no more. Ask for them in order. */
  at(index: number): Chunk | null {
    while (this.#chunks.length <= index) {
      const text = this.#next;
      if (text === null) return null;
      this.#next = this.#read();
      const deflated = text.length < DEFLATE_FROM ? null : (this.#deflate?.(text) ?? null);
      this.#chunks.push({ place: this.#place(), text, deflated });
    }
    return this.#chunks[index] ?? null;
  }

  #read(): string | null {
    return this.#texts.next().value ?? null;
  }

  #place(): Chunk['place'] {
    const [first, last] = [this.#chunks.length === 0, this.#next === null];
    if (this.messages || (first && last)) return 'whole';
    return first ? 'first' : last ? 'last' : 'middle';
  }
}

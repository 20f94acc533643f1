import { type LatencyBins, LatencySum } from '@recloser/core';

/** Of what follows it. Other bins than these would get another number, and are left out by whoever does not know it. */
const LAYOUT = 1;
const CONTINUES = 0x80;
const LOW = 0x7f;

/**
 * Bins as few bytes: the layout, how many bins, then for each how far it lies above the one before and its samples.
 * Numbers are of 7 bits a byte, low ones first. Such texts are merged by putting one after the other.
 */
export function latencyBytes(bins: LatencyBins): Buffer | null {
  if (bins.length === 0) return null;
  const bytes: number[] = [LAYOUT];
  push(bytes, bins.length / 2);
  let before = 0;
  for (let at = 0; at < bins.length; at += 2) {
    const bin = bins[at] ?? 0;
    push(bytes, bin - before);
    push(bytes, bins[at + 1] ?? 0);
    before = bin;
  }
  return Buffer.from(bytes);
}

/** Reads as many lists as stand one after the other, up to one that makes no sense. */
export function readLatencyBytes(bytes: Uint8Array): LatencyBins {
  const sum = new LatencySum();
  const reader = new Reader(bytes);
  while (reader.next() === LAYOUT) {
    const length = reader.number();
    const bins: number[] = [];
    let bin = 0;
    for (let i = 0; i < length && !reader.ended; i += 1) {
      bin += reader.number();
      bins.push(bin, reader.number());
    }
    sum.add(bins);
  }
  return sum.bins;
}

function push(bytes: number[], value: number): void {
  let rest = value;
  while (rest > LOW) {
    bytes.push((rest % CONTINUES) + CONTINUES);
    rest = Math.floor(rest / CONTINUES);
  }
  bytes.push(rest);
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get ended(): boolean {
    return this.#at >= this.#bytes.length;
  }

  next(): number | undefined {
    const byte = this.#bytes[this.#at];
    this.#at += 1;
    return byte;
  }

  number(): number {
    let value = 0;
    for (let scale = 1; ; scale *= CONTINUES) {
      const byte = this.next() ?? 0;
      value += (byte % CONTINUES) * scale;
      if (byte < CONTINUES) return value;
    }
  }
}

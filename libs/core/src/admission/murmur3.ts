/**
 * murmur3 x86 32-bit (Austin Appleby, public domain: smhasher, MurmurHash3.cpp), over the UTF-8 form of a string, which
 * is built only where it is not ASCII. A lone surrogate hashes as U+FFFD, as in TextEncoder.
 */
const C1 = 0xcc9e2d51;
const C2 = 0x1b873593;

/** A hash in the middle of its input, so that a common prefix (the salt) is hashed once. */
export interface Murmur3State {
  readonly hash: number;
  /** Bytes not yet mixed in, 0…3 of them, little-endian. */
  readonly pending: number;
  readonly pendingBits: number;
  readonly bytes: number;
}

/** The hash, an integer 0…2³²−1. `seed` is an unsigned 32-bit integer. */
export function murmur3_32(input: string | Uint8Array, seed = 0): number {
  if (typeof input !== 'string') return hashBytes(input, seed | 0);
  feed(input, seed | 0, 0, 0, 0);
  return end();
}

/** The state after `text`, to go on from with `murmur3Finish`. A trailing lone surrogate is taken as it stands. */
export function murmur3Start(text: string, seed = 0): Murmur3State {
  feed(text, seed | 0, 0, 0, 0);
  return { hash: fedHash, pending: fedPending, pendingBits: fedBits, bytes: fedBytes };
}

/** The hash of the prefix of `state` followed by `text`, an integer 0…2³²−1. Allocates nothing for ASCII. */
export function murmur3Finish(state: Murmur3State, text: string): number {
  feed(text, state.hash, state.pending, state.pendingBits, state.bytes);
  return end();
}

/** What was fed last, kept here so that feeding allocates nothing. */
let fedHash = 0;
let fedPending = 0;
let fedBits = 0;
let fedBytes = 0;

function end(): number {
  return finish((fedBits > 0 ? fedHash ^ scramble(fedPending) : fedHash) ^ fedBytes);
}

/** Four ASCII characters at a time, whatever their offset to the blocks; from the first other one on, byte by byte. */
function feed(
  text: string,
  start: number,
  startPending: number,
  bits: number,
  startBytes: number,
): void {
  const length = text.length;
  let hash = start;
  let pending = startPending;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    const a = text.charCodeAt(i);
    const b = text.charCodeAt(i + 1);
    const c = text.charCodeAt(i + 2);
    const d = text.charCodeAt(i + 3);
    if ((a | b | c | d) >= 0x80) break;
    const four = a | (b << 8) | (c << 16) | (d << 24);
    hash = mix(hash, pending | (four << bits));
    // A shift by 32 is one by 0 here.
    pending = bits === 0 ? 0 : four >>> (32 - bits);
  }
  fedHash = hash;
  fedPending = pending;
  fedBits = bits;
  fedBytes = startBytes + length;
  for (; i < length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) {
      feedEncoded(text.slice(i));
      return;
    }
    feedByte(unit);
  }
}

/** Feeds what is not ASCII. A bare percent sign is encoded as well, so that each one stands for a byte. */
function feedEncoded(text: string): void {
  const bytes = encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'));
  fedBytes -= text.length;
  for (let i = 0; i < bytes.length; i += 1) {
    const isEncoded = bytes[i] === '%';
    feedByte(isEncoded ? parseInt(bytes.slice(i + 1, i + 3), 16) : bytes.charCodeAt(i));
    fedBytes += 1;
    if (isEncoded) i += 2;
  }
}

function feedByte(byte: number): void {
  fedPending |= byte << fedBits;
  fedBits = (fedBits + 8) & 31;
  if (fedBits > 0) return;
  fedHash = mix(fedHash, fedPending);
  fedPending = 0;
}

function hashBytes(bytes: Uint8Array, seed: number): number {
  const whole = bytes.length & ~3;
  let hash = seed;
  let pending = 0;
  for (let i = 0; i < whole; i += 4) hash = mix(hash, word(bytes, i));
  for (let i = whole; i < bytes.length; i += 1) pending |= (bytes[i] ?? 0) << ((i - whole) * 8);
  if (whole < bytes.length) hash ^= scramble(pending);
  return finish(hash ^ bytes.length);
}

function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}

function scramble(block: number): number {
  const k = Math.imul(block, C1);
  return Math.imul((k << 15) | (k >>> 17), C2);
}

function mix(hash: number, block: number): number {
  const h = hash ^ scramble(block);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

function finish(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

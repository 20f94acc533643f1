import { createHmac, createHash } from 'node:crypto';
import type { Queryable } from '../sql.js';

/** Bytes of one block of SHA-256. */
const BLOCK = 64;

/** What the database checks claims with; not the secret itself. */
export interface ClaimKey {
  readonly innerPad: Buffer;
  readonly outerPad: Buffer;
}

/** Proves to the database that something comes from a process that has AUTH_SECRET. */
export class Claims {
  readonly #key: Buffer;

  constructor(secret: string) {
    this.#key = createHash('sha256').update(`recloser claims\n${secret}`).digest();
  }

  /** The claim for a message of these parts. */
  of(...parts: readonly string[]): string {
    return createHmac('sha256', this.#key).update(parts.join('\n')).digest('hex');
  }

  /** The key as RFC 2104 pads it for the two hashes. */
  get padded(): ClaimKey {
    const block = Buffer.alloc(BLOCK);
    this.#key.copy(block);
    const padded = (pad: number) => Buffer.from(block.map((byte) => byte ^ pad));
    return { innerPad: padded(0x36), outerPad: padded(0x5c) };
  }
}

const known = new WeakMap<Queryable, Claims>();

/** Those of the process that has this pool or one of its clients; undefined: it has no AUTH_SECRET. */
export const claimsOf = (db: Queryable): Claims | undefined => known.get(db);

/** From now on `db` claims. */
export function claimWith(db: Queryable, claims: Claims | undefined): void {
  if (claims !== undefined) known.set(db, claims);
}

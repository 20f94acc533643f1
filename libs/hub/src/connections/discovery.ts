import { breakerKeySchema, type ErrorCode, LIMITS } from '@recloser/protocol';
import { TokenBucket } from './token-bucket.js';

const ASK_AGAIN_MS = 10_000;
/** New names of one SDK key: half of what an environment takes, so that no key uses up all of it. */
const ROOM = { perSecond: 1 / 600, burst: LIMITS.discoveredPerEnvironment / 2 };

export interface DiscoveryAnswer {
  /** To ask for now. */
  readonly unknownKeys: readonly string[];
  readonly problem: { readonly code: ErrorCode; readonly message: string } | null;
}

/** Names that SDKs use and the environment does not have: asked for once in 10 s, and not without end. */
export class Discovery {
  /** Name → when it was last asked for. */
  readonly #asked = new Map<string, number>();
  readonly #rooms = new Map<string, TokenBucket>();

  /** True while a name has been asked for and has not come yet. */
  isPending(key: string): boolean {
    return this.#asked.has(key);
  }

  /** The environment has it now. */
  arrived(key: string): void {
    this.#asked.delete(key);
  }

  /** What to ask for of the names that an SDK with this key uses. */
  ask(
    keyId: string,
    keys: readonly string[],
    isKnown: (key: string) => boolean,
    now: number,
  ): DiscoveryAnswer {
    const unknownKeys: string[] = [];
    let problem: DiscoveryAnswer['problem'] = null;
    for (const key of new Set(keys)) {
      if (isKnown(key)) continue;
      const parsed = breakerKeySchema.safeParse(key);
      if (!parsed.success) {
        const why = parsed.error.issues[0]?.message ?? 'not valid';
        problem = { code: 'invalid_breaker_key', message: `"${key.slice(0, 60)}": ${why}` };
        continue;
      }
      const asked = this.#asked.get(key);
      if (asked !== undefined && now - asked < ASK_AGAIN_MS) continue;
      if (asked === undefined && !this.#hasRoom(keyId, now)) {
        problem = {
          code: 'discover_limit',
          message: 'too many unknown breaker names: create them in the console, or use fixed names',
        };
        continue;
      }
      this.#asked.set(key, now);
      unknownKeys.push(key);
    }
    return { unknownKeys, problem };
  }

  #hasRoom(keyId: string, now: number): boolean {
    if (this.#asked.size >= LIMITS.discoveredPerEnvironment) return false;
    const room = this.#rooms.get(keyId) ?? new TokenBucket(ROOM.perSecond, ROOM.burst, now);
    this.#rooms.set(keyId, room);
    return room.take(now);
  }

  /** Forgets names that nobody has asked for again for a minute. */
  sweep(now: number): void {
    for (const [key, asked] of this.#asked) {
      if (now - asked > 6 * ASK_AGAIN_MS) this.#asked.delete(key);
    }
  }
}

/** Buckets in one key: keys expire, so that old counts go away by themselves, and few keys make a window. */
export const BUCKETS_PER_CHUNK = 32;

/**
 * All keys of an environment share a hash tag, and so one slot of a cluster: scripts and pipelines may use several of
 * them. What belongs to no environment has a tag of its own.
 */
export class Keys {
  readonly #namespace: string;

  constructor(namespace: string) {
    this.#namespace = namespace;
  }

  /** Whose namespace this is. */
  get installation(): string {
    return `{${this.#namespace}}:installation`;
  }
  /** Set of the environments that may have marks. */
  get environments(): string {
    return `{${this.#namespace}}:environments`;
  }
  /** Sorted set of evaluators by the time of their last beat. */
  get beats(): string {
    return `{${this.#namespace}}:beats`;
  }
  /** Prefix of the queues' keys. */
  get queues(): string {
    return `{${this.#namespace}}:queues`;
  }
  channel(database: number, topic: string): string {
    return `${this.#namespace}:${database}:${topic}`;
  }

  /** Sorted set of marked breakers by the time of the mark. */
  dirty(environmentId: string): string {
    return `${this.#tag(environmentId)}:dirty`;
  }
  /** String with the counts of as many buckets, each at its place. */
  chunk(environmentId: string, version: number, breaker: string, bucket: number): string {
    const chunk = Math.floor(bucket / BUCKETS_PER_CHUNK);
    return `${this.#tag(environmentId)}:bucket:${chunk}:${version}:${breaker}`;
  }
  /** Hash of packed counts by breaker. */
  second(environmentId: string, second: number): string {
    return `${this.#tag(environmentId)}:second:${second}`;
  }
  /** Hash of latencies as text by breaker. */
  latency(environmentId: string, second: number): string {
    return `${this.#tag(environmentId)}:latency:${second}`;
  }
  /** Hash of stamped instance statistics by hub. */
  census(environmentId: string, breaker: string): string {
    return `${this.#tag(environmentId)}:census:${breaker}`;
  }
  permit(environmentId: string, breaker: string, version: number): string {
    return `${this.#tag(environmentId)}:permit:${version}:${breaker}`;
  }
  /** Hash of stamped presence by hub. */
  presence(environmentId: string): string {
    return `${this.#tag(environmentId)}:presence`;
  }

  #tag(environmentId: string): string {
    return `{${this.#namespace}:${environmentId}}`;
  }
}

import type { CallResult, DependencyTotals, FromService, ServiceFacts } from './messages.js';

export interface Call {
  readonly instance: string;
  readonly start: number;
  readonly end: number;
  readonly result: CallResult;
  /** For whom, where that matters. */
  readonly account: number | null;
}

/** A call that was turned away. */
interface Rejection {
  readonly instance: string;
  readonly at: number;
  /** For whom, where that matters. */
  readonly account: number | null;
}

export interface Applied {
  readonly instance: string;
  readonly at: number;
  readonly seq: number;
  readonly state: string;
  readonly admission: number;
}

/** Bits of what the fleet did with one account under one seq. */
const ADMITTED = 1;
const REJECTED = 2;

/** Everything the dependency and the service processes reported. */
export class Ledger {
  readonly calls: Call[] = [];
  readonly rejections: Rejection[] = [];
  readonly applied: Applied[] = [];
  readonly #latest = new Map<string, Applied>();
  readonly problems: string[] = [];
  readonly #verdicts = new Map<string, number>();
  #conflicts = 0;
  #settled = false;
  succeeded = 0;
  failed = 0;
  rejected = 0;
  probes = 0;
  totals: DependencyTotals | null = null;
  diedAt: number | null = null;
  revivedAt: number | null = null;

  constructor(readonly instances: readonly string[]) {}

  /** How many (seq, account) pairs were admitted on one instance and rejected on another. */
  get conflicts(): number {
    return this.#conflicts;
  }

  /** What an instance holds now, or null before it reported any change. */
  latest(instance: string): Applied | null {
    return this.#latest.get(instance) ?? null;
  }

  /** The figures are made: from here on only totals are kept, however long it goes on. */
  settle(): void {
    this.#settled = true;
    this.calls.length = 0;
    this.rejections.length = 0;
    this.applied.length = 0;
    this.#verdicts.clear();
  }

  record(instance: string, message: FromService): void {
    if (message.type === 'applied') {
      const { at, seq, state, admission } = message;
      const entry: Applied = { instance, at, seq, state, admission };
      this.#latest.set(instance, entry);
      if (!this.#settled) this.applied.push(entry);
    } else if (message.type === 'problem') {
      this.problems.push(`${instance}: ${message.message}`);
    } else if (message.type === 'facts') {
      this.#recordFacts(instance, message);
    }
  }

  #recordFacts(instance: string, facts: ServiceFacts): void {
    for (const [start, end, result, account] of facts.calls) {
      if (result === 'ok') this.succeeded += 1;
      else this.failed += 1;
      if (!this.#settled) this.calls.push({ instance, start, end, result, account });
    }
    if (!this.#settled) {
      for (const [at, account] of facts.rejections) this.rejections.push({ instance, at, account });
      this.#compare(facts);
    }
    this.rejected += facts.rejections.length;
    this.probes += facts.probes;
  }

  #compare({ decisions }: ServiceFacts): void {
    for (const [seq, account, admitted] of decisions) {
      const place = `${seq}:${account}`;
      const before = this.#verdicts.get(place) ?? 0;
      const after = before | (admitted ? ADMITTED : REJECTED);
      if (after === (ADMITTED | REJECTED) && before !== after) this.#conflicts += 1;
      this.#verdicts.set(place, after);
    }
  }
}

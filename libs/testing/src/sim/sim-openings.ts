import { type CorrelatedSettings, DEFAULT_CORRELATED, type OpeningsHold } from '@recloser/core';
import type { Openings } from '@recloser/db';

/** Settings and waits of automatic openings, in memory: what the database's transactions make of it is tested there. */
export class SimOpenings implements Pick<Openings, 'read' | 'hold' | 'servicesOf'> {
  readonly holds: OpeningsHold[] = [];

  constructor(
    private readonly keys: readonly string[],
    readonly settings: CorrelatedSettings = DEFAULT_CORRELATED,
  ) {}

  read(): ReturnType<Openings['read']> {
    return Promise.resolve({
      correlated: this.settings,
      revision: 1,
      hold: this.holds.at(-1) ?? null,
    });
  }

  hold(_environment: string, hold: OpeningsHold): Promise<OpeningsHold> {
    const standing = this.holds.at(-1);
    // Another worker has seen the same a moment ago.
    if (standing !== undefined && hold.since < standing.until && hold.until > standing.since) {
      return Promise.resolve(standing);
    }
    this.holds.push(hold);
    return Promise.resolve(hold);
  }

  servicesOf(): ReturnType<Openings['servicesOf']> {
    return Promise.resolve(new Map(this.keys.map((key) => [key, ['checkout']])));
  }
}

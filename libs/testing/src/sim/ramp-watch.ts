import { admissionOf, type InstanceView } from '@recloser/core';
import type { Dependency } from './dependency.js';
import type { CallRecord } from './instance.js';
import type { Committed, SimDatabase } from './sim-database.js';

/** What must hold of ramps with a rate limit, of checks and of maintenance windows. */
export const RAMP_INVARIANTS = [
  'a rate limit is kept',
  'a failing check keeps it shut',
  'a window lasts',
] as const;
export type RampInvariant = (typeof RAMP_INVARIANTS)[number];

/** Calls are counted over so long; a limit may be caught up for a quarter of a second, and by a call of each instance. */
const SPAN_MS = 2_000;
const CATCH_UP_MS = 250;

/** Watches ramps from outside: from the dependency's books, the instances' decisions and the log of changes. */
export class RampWatch {
  /** When calls were let in under a limit. */
  readonly #limited: number[] = [];

  constructor(
    private readonly database: SimDatabase,
    private readonly dependency: Dependency,
    private readonly report: (invariant: RampInvariant, detail: string) => void,
  ) {}

  /** Looks at a call that was let in. */
  admitted({ instance, at }: CallRecord, view: InstanceView, instances: number): void {
    if (view.state === 'probing' && view.probe === undefined && view.scope === undefined) {
      this.report('a failing check keeps it shut', `${instance.name} made a call instead`);
    }
    if (view.state !== 'ramping' || view.maxRps === undefined) return;
    this.#limited.push(at);
    while ((this.#limited[0] ?? at) < at - SPAN_MS) this.#limited.shift();
    const most = (view.maxRps * (SPAN_MS + CATCH_UP_MS)) / 1_000 + instances;
    if (this.#limited.length > most) {
      this.report(
        'a rate limit is kept',
        `${this.#limited.length} calls in ${SPAN_MS} ms at ${view.maxRps} per second`,
      );
    }
  }

  committed({ before, after, actor, at, seq }: Committed): void {
    const [from, to] = [before.state, after.state];
    if (from.kind === 'probing' && to.kind === 'ramping' && actor.kind === 'system') {
      const { probe, probes } = before.policy.recovery;
      const checks = this.dependency.checks.filter((check) => check.at >= from.roundStartedAt);
      const passed = checks.filter(({ ok }) => ok).length;
      if (probe !== null && passed < probes) {
        this.report('a failing check keeps it shut', `${passed} of ${checks.length} checks passed`);
      }
    }
    const raised = admissionOf(to, after.control) > admissionOf(from, before.control);
    const window = this.database.windows.find((one) => at > one.at && at < one.until - 1);
    if (raised && window !== undefined && seq > window.seq && actor.kind === 'system') {
      this.report('a window lasts', `${to.kind} ${window.until - at} ms before its end`);
    }
  }
}

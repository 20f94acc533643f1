import { Inject, Injectable } from '@nestjs/common';
import type { Backbone } from '@recloser/backbone';
import { checkName, type ProbeCheck } from '@recloser/core';
import type { Database } from '@recloser/db';
import { JOBS, type PermitClaim } from '@recloser/protocol';
import { Counter, type Log, type Metrics } from '@recloser/server';
import { Job, type JobHandler } from '../jobs/job.decorator.js';
import { BACKBONE, DATABASE, LOG, METRICS, TARGETS } from '../tokens.js';
import { runCheck } from './run-check.js';
import type { TargetGuard } from '../outbound/target-guard.js';

/**
 * Checks dependencies whose breakers are probing. The checks answer the same permits as calls of instances would: they
 * are claimed before, so that a job that is lost, doubled or late makes no further check and changes no other round.
 */
@Injectable()
@Job({ name: 'probe' })
export class ProbeService implements JobHandler {
  readonly #checks: Counter<'result'>;

  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(BACKBONE) private readonly backbone: Backbone,
    @Inject(TARGETS) private readonly targets: TargetGuard,
    @Inject(LOG) private readonly log: Log,
    @Inject(METRICS) metrics: Metrics,
  ) {
    this.#checks = new Counter({
      name: 'recloser_probe_checks_total',
      help: 'Active checks of dependencies, by result.',
      labelNames: ['result'],
      registers: [metrics],
    });
  }

  async run(payload: unknown): Promise<void> {
    const claim: PermitClaim = JOBS.probe.schema.parse(payload);
    const wanted = await this.#wanted(claim);
    if (wanted === null) return;
    const { check, probes } = wanted;
    const ids = await this.backbone.signals.claimPermits(claim, probes, probes);
    for (const id of ids) {
      const { ok, why, tookMs } = await runCheck(check, this.targets);
      this.#checks.inc({ result: ok ? 'ok' : 'failed' });
      await this.backbone.signals.recordProbe(claim, id, { ok, reason: why });
      const { environmentId, breaker, round } = claim;
      const about = { environmentId, breaker, round, check: checkName(check), tookMs, why };
      this.log.info(about, ok ? 'a check passed' : 'a check failed');
      // One failure ends the round: the rest would be load on a dependency that is ill.
      if (!ok) return;
    }
  }

  /** What to check; null when the breaker has moved on since the job was made. */
  async #wanted(claim: PermitClaim): Promise<{ check: ProbeCheck; probes: number } | null> {
    const { environmentId, breaker: key, version, round } = claim;
    const [breaker] = await this.database.states.load(environmentId, [key]);
    if (breaker?.version !== version || breaker.control.mode !== 'auto') return null;
    const { state, policy } = breaker;
    if (state.kind !== 'probing' || state.round !== round) return null;
    const { probe: check, probes } = policy.recovery;
    return check === null ? null : { check, probes };
  }
}

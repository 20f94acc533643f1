import type { PermitClaim } from '@recloser/protocol';
import { CorrelatedOpenings, Evaluator, type EvaluatorPorts, sweep } from '@recloser/evaluator';
import { Process } from './process.js';
import type { Scheduled } from './scheduler.js';
import { databasePorts, ENVIRONMENT } from './sim-database.js';

const SWEEP_MS = 250;
const APART_MS = 40;
const BEAT_MS = 500;

/** One worker process: the real evaluation, woken as the real one is. */
export class WorkerNode extends Process {
  #sweeping = false;
  #again = false;
  #due: Scheduled | null = null;
  #heartbeatAt = Number.NEGATIVE_INFINITY;

  protected begin(): void {
    const { signals, bus, random } = this.shared;
    const ask = this.askSignals;
    const ports: EvaluatorPorts = {
      states: databasePorts(this.shared.database, this.askDatabase).states,
      signals: {
        now: () => ask(() => signals.now()),
        windowTotals: (id, queries, now) => ask(() => signals.windowTotals(id, queries, now)),
        probes: (claim) => ask(() => signals.probes(claim)),
        acks: (id, seq, part) => ask(() => signals.acks(id, seq, part)),
        latencies: (id, from, to, breakers) => ask(() => signals.latencies(id, from, to, breakers)),
        markDirty: (id, breakers) => ask(() => signals.markDirty(id, breakers)),
        takeDirty: (limit) => ask(() => signals.takeDirty(limit)),
      },
      correlated: this.#correlated(),
      bus: {
        publish: (topic, { seq }) => {
          bus.publish(topic, seq);
          return Promise.resolve();
        },
      },
      random: random.next,
      seenSince: () => this.askDatabase(() => Promise.resolve(this.shared.fleet ?? 0)),
      check: (claim) => {
        void this.#check(claim).catch(() => undefined);
        return Promise.resolve();
      },
    };
    const evaluator = new Evaluator(ports);
    this.#sweeping = false;
    this.#again = false;
    const { life } = this;
    const wake = (): void => {
      if (this.#sweeping) this.#again = true;
      else void this.#drain(evaluator, ports, life, wake);
    };
    this.every(SWEEP_MS * random.between(0.8, 1.2), wake);
    this.whenKilled(() => this.#due?.cancel());
    this.whenKilled(
      bus.listen((topic) => {
        if (topic === 'wake') wake();
      }),
    );
  }

  #correlated(): CorrelatedOpenings {
    const { signals, openings, database } = this.shared;
    const ask = this.askSignals;
    return new CorrelatedOpenings({
      openings,
      signals: {
        now: () => ask(() => signals.now()),
        perSecondTotals: (id, from, to, breakers) =>
          ask(() => signals.perSecondTotals(id, from, to, breakers)),
        windowTotals: (id, queries, now) => ask(() => signals.windowTotals(id, queries, now)),
      },
      states: databasePorts(database, this.askDatabase).states,
    });
  }

  async #drain(
    evaluator: Evaluator,
    ports: EvaluatorPorts,
    life: number,
    wake: () => void,
  ): Promise<void> {
    this.#sweeping = true;
    do {
      this.#again = false;
      try {
        const { failed, nextDueMs } = await sweep(evaluator, ports);
        if (this.life === life && nextDueMs !== null) this.#wakeWhenDue(nextDueMs, wake);
        if (failed.length === 0) await this.#heartbeat();
      } catch {
        // The next sweep tries again, as the real worker does.
      }
      if (this.life !== life) return;
    } while (this.#isAskedAgain());
    this.#sweeping = false;
  }

  #wakeWhenDue(ms: number, wake: () => void): void {
    const { random, scheduler } = this.shared;
    this.#due?.cancel();
    this.#due = scheduler.after(ms + random.between(0, APART_MS), wake);
  }

  /** What the real worker's job does: claims the round's permits, and answers each by a check until one fails. */
  async #check(claim: PermitClaim): Promise<void> {
    const { database, signals, check } = this.shared;
    const { life } = this;
    const [breaker] = await this.askDatabase(() => Promise.resolve(database.load([claim.breaker])));
    if (breaker === undefined || breaker.version !== claim.version || check === undefined) return;
    const { probes } = breaker.policy.recovery;
    const ids = await this.askSignals(() => signals.claimPermits(claim, probes, probes));
    for (const id of ids) {
      const ok = await check();
      if (this.life !== life || !this.alive) return;
      await this.askSignals(() =>
        signals.recordProbe(claim, id, { ok, reason: '503 instead of 200' }),
      );
      if (!ok) return;
    }
  }

  #isAskedAgain(): boolean {
    return this.#again;
  }

  async #heartbeat(): Promise<void> {
    const { scheduler, signals } = this.shared;
    if (scheduler.now - this.#heartbeatAt < BEAT_MS) return;
    this.#heartbeatAt = scheduler.now;
    await this.askSignals(() => signals.heartbeat([ENVIRONMENT.id]));
  }
}

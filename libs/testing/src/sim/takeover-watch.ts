import { viewForInstance } from '@recloser/core';
import { BREAKER, type SimInstance } from './instance.js';
import type { SimDatabase } from './sim-database.js';

/** What must hold of what instances decided alone. */
export const TAKEOVER_INVARIANTS = ['what instances decided alone is taken over'] as const;

/** Of the connected instances; so many reject on their own that the fleet is open in all but name. */
const MOST = 0.75;
/** To return, to be asked, the settling of reports, a census and a sweep; a store or a node may be away meanwhile. */
const PATIENCE_MS = 12_000;

/** Watches whether a fleet rejects while its breaker is closed. */
export class TakeoverWatch {
  #since: number | null = null;

  constructor(
    private readonly database: SimDatabase,
    private readonly report: (detail: string) => void,
  ) {}

  /** Looks at all instances; call it every second or so. */
  check(instances: readonly SimInstance[], now: number): void {
    const connected = instances.filter((instance) => {
      if (!instance.alive || instance.isIdle) return false;
      const { connected: isConnected, takenOver } = instance.recloser.status();
      return isConnected && !takenOver;
    });
    const alone = connected.filter((instance) => this.#rejectsAlone(instance));
    const isBack = connected.length * 2 >= instances.length;
    if (!isBack || alone.length < 2 || alone.length < connected.length * MOST) {
      this.#since = null;
      return;
    }
    this.#since ??= now;
    if (now - this.#since < PATIENCE_MS) return;
    this.#since = null;
    this.report(`${alone.length} of ${connected.length} reject on their own for ${PATIENCE_MS} ms`);
  }

  #rejectsAlone({ recloser, breaker, place }: SimInstance): boolean {
    const { seq } = recloser.status();
    if (seq === null) return false;
    const { state } = breaker.stats();
    const told = viewForInstance(this.database.viewAt(BREAKER, seq), place);
    return told.state === 'closed' && (state === 'open' || state === 'probing');
  }
}

import { type Context } from '@recloser/core';
import { type ProbeResultFrame } from '@recloser/protocol';
import { type Cell } from './cell.js';
import { type HeldPermit } from './permits.js';
import { type ProbeVerdict } from '../counting/wave.js';

/** Turns permits into probe calls, and tells at once how they went. */
export class ProbeReporter {
  readonly #send: (frame: ProbeResultFrame) => void;

  constructor(send: (frame: ProbeResultFrame) => void) {
    this.#send = send;
  }

  /** What to tell how the probe went; null when this call may not be one. */
  claim(cell: Cell, now: number, context: Context | undefined): ProbeVerdict | null {
    const { permit } = cell;
    if (permit !== null) {
      cell.permit = null;
      if (now < permit.expiresAt) return this.#fleetProbe(cell, permit, now);
    }
    if (!cell.claimLocalProbe(now, context)) return null;
    return (ok, at) => cell.onLocalProbe(ok, at);
  }

  #fleetProbe(cell: Cell, permit: HeldPermit, startedAt: number): ProbeVerdict {
    return (ok, now) => {
      if (ok === null) {
        // The call told nothing: the next one may use the permit, if the fleet still waits for it.
        if (now < permit.expiresAt && cell.view?.version === permit.version) cell.permit ??= permit;
        return;
      }
      const { version: v, round, id } = permit;
      this.#send({ t: 'probe', b: cell.key, v, round, id, ok, ms: now - startedAt });
    };
  }
}

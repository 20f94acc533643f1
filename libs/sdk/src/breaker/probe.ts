import { type Context } from '@recloser/core';
import { type ProbeResultFrame } from '@recloser/protocol';
import { type BreakerRuntime } from './breaker-runtime.js';
import { type HeldPermit } from './permits.js';
import { type ProbeVerdict } from '../signals/call-batch.js';

/** Turns permits into probe calls, and tells at once how they went. */
export class ProbeReporter {
  readonly #send: (frame: ProbeResultFrame) => void;

  constructor(send: (frame: ProbeResultFrame) => void) {
    this.#send = send;
  }

  /** What to tell how the probe went; null when this call may not be one. */
  claim(runtime: BreakerRuntime, now: number, context: Context | undefined): ProbeVerdict | null {
    const { permit } = runtime;
    if (permit !== null) {
      runtime.permit = null;
      if (now < permit.expiresAt) return this.#fleetProbe(runtime, permit, now);
    }
    if (!runtime.claimLocalProbe(now, context)) return null;
    return (ok, at) => runtime.onLocalProbe(ok, at);
  }

  #fleetProbe(runtime: BreakerRuntime, permit: HeldPermit, startedAt: number): ProbeVerdict {
    return (ok, now) => {
      if (ok === null) {
        // The call told nothing: the next one may use the permit, if the fleet still waits for it.
        if (now < permit.expiresAt && runtime.view?.version === permit.version)
          runtime.permit ??= permit;
        return;
      }
      const { version: v, round, id } = permit;
      this.#send({ t: 'probe', b: runtime.key, v, round, id, ok, ms: now - startedAt });
    };
  }
}

import { demandRecloser } from '../../brand.js';
import { type Breaker } from '../../breaker/breaker.js';
import { type Permit } from '../../calls/permit.js';
import { isCircuitOpen } from '../../errors.js';
import { type Recloser } from '../../recloser.js';

/** A breaker that the control plane decides about, as the drop-in asks it. */
export class FleetBreaker {
  readonly #breaker: Breaker;
  /** Ends following its state. */
  readonly leave: () => void;

  constructor(recloser: Recloser, key: string, onState: (state: string) => void) {
    demandRecloser(recloser);
    this.#breaker = recloser.breaker(key);
    this.leave = recloser.on('transition', ({ breaker, to }) => {
      if (breaker === key) onState(to);
    });
  }

  get state(): string {
    return this.#breaker.decide().state;
  }

  /** Null: the call may not be made. */
  acquire(): Permit | null {
    try {
      return this.#breaker.acquire();
    } catch (error) {
      if (isCircuitOpen(error)) return null;
      throw error;
    }
  }
}

import { type BreakerView } from '@recloser/core';
import { type BreakerOptions } from './options.js';
import { type Traits } from './wave.js';

const STALL_MS = 1_000;

/** The options that hold for a call: what the control plane sets wins over what the code says. */
export function traitsOf(options: BreakerOptions<unknown>, view: BreakerView | null): Traits {
  const call = view?.call;
  const timeoutMs = limit(call?.timeoutMs ?? options.timeoutMs);
  return {
    timeoutMs,
    stallMs: limit(call?.stallMs ?? options.stallMs ?? Math.min(timeoutMs, STALL_MS)),
    slowMs: limit(call?.slowMs ?? options.slowMs),
    isFailure: options.isFailure,
    fallback: options.fallback,
  };
}

/** A positive number of ms; anything else is no limit. */
function limit(ms: number | undefined): number {
  return typeof ms === 'number' && ms > 0 ? ms : Infinity;
}

/** Admission follows what the dependency accepts: overload is answered with less load, not with an open breaker. */
export interface AdaptivePolicy {
  /**
   * K of Google SRE's adaptive throttling: calls are let in up to K times those that are accepted. Smaller spares the
   * dependency more, larger finds out sooner that it accepts more again.
   */
  readonly k: number;
}

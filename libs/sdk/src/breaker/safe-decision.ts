/**
 * Decisions on contexts of callers. A context may hold getters that throw: that must neither reach the caller nor let
 * everyone in, so the call is then judged without a context.
 */
import {
  type AdmissionDecision,
  type CompiledBreaker,
  type Context,
  decideAdmission,
  type SampleBucket,
  type Verdict,
  verdictOf,
} from '@recloser/core';

/** As `verdictOf`, for any context. */
export function safeVerdict(
  compiled: CompiledBreaker,
  context: Context | undefined,
  sample: SampleBucket | undefined,
): Verdict {
  try {
    return verdictOf(compiled, context, sample);
  } catch {
    return verdictOf(compiled, undefined, sample);
  }
}

/** As `decideAdmission`, for any context. */
export function safeDecision(
  compiled: CompiledBreaker,
  context: Context | undefined,
  sample: SampleBucket | undefined,
): AdmissionDecision {
  try {
    return decideAdmission(compiled, context, sample);
  } catch {
    return decideAdmission(compiled, undefined, sample);
  }
}

import type { AdmissionDecision, BreakerView, Mode, Partition, StateKind } from '../model/model.js';
import { viewForInstance } from './view-for-instance.js';
import { explainRules, type RuleExplanation } from '../admission/rules-explain.js';
import type { Context } from '../model/rules.js';
import { ADMISSION_ALL } from '../model/admission.js';
import { compileBreaker, decideAdmission } from '../admission/decision.js';

/** What an SDK would decide for one context, and why. */
export interface Trial extends AdmissionDecision {
  /** The bucket's place in percent, 0…100: admitted when it lies below the admission; null without a bucket. */
  readonly bucketPercent: number | null;
  /** What each rule says of the context, in order. */
  readonly rules: readonly RuleExplanation[];
  readonly state: StateKind;
  readonly mode: Mode;
  /** The part of the fleet whose state decided; absent: the fleet's. */
  readonly scope?: Partition;
}

/**
 * Decides as the SDK of an instance with these attributes: its own place says which state holds for it, and rules see
 * them where the context says nothing else.
 */
export function tryContext(whole: BreakerView, context: Context, instance: Context = {}): Trial {
  const view = viewForInstance(whole, instance);
  const decision = decideAdmission(compileBreaker(view, instance), context);
  const { bucket } = decision;
  return {
    ...decision,
    bucketPercent: bucket === null ? null : (bucket / ADMISSION_ALL) * 100,
    rules: explainRules(view, context, instance),
    state: view.state,
    mode: view.mode,
    ...(view.scope !== undefined && { scope: view.scope }),
  };
}

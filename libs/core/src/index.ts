export * from './model/model.js';
export * from './model/counts.js';
export * from './model/words.js';

export * from './policy/policy.js';
export * from './model/call-policy.js';
export * from './model/trip-policy.js';
export * from './policy/upgrade-policy.js';
export * from './model/policy-limits.js';
export * from './model/policy-problem.js';
export * from './policy/policy-validation.js';
export * from './model/probe-check.js';

export * from './model/admission.js';
export * from './admission/murmur3.js';
export * from './admission/cohort.js';
export * from './admission/hex-digit-cohort.js';
export * from './admission/suffix-warning.js';
export * from './admission/priority.js';
export * from './admission/quota.js';
export * from './admission/decision.js';
export * from './fleet/trial.js';

export * from './model/rules.js';
export * from './targeting/semver.js';
export * from './targeting/rules.js';
export * from './targeting/live-segment.js';
export { compilePattern } from './targeting/regex/pattern.js';
export { type CompilePattern, type PreparedPattern } from './targeting/rules-operators.js';
export { RULE_LIMITS, type RuleProblem } from './targeting/clause-validation.js';
export * from './targeting/rules-validation.js';
export * from './admission/rules-explain.js';
export * from './targeting/rules-review.js';
export * from './targeting/segment-validation.js';

export * from './trip/wilson.js';
export * from './trip/window.js';
export * from './trip/consecutive.js';
export * from './trip/lag.js';
export * from './trip/excess.js';
export * from './trip/bounded.js';
export * from './trip/trip.js';
export * from './trip/votes.js';
export * from './trip/key-counts.js';
export * from './trip/key-names.js';
export { fleetSince } from './trip/local-openings.js';
export * from './text/trip-summary.js';
export * from './trip/detection.js';

export * from './recovery/timing.js';
export * from './recovery/step-test.js';
export * from './recovery/state.js';
export * from './recovery/decide.js';
export * from './schedule/schedule-effect.js';
export * from './triggers/trigger-effect.js';

export * from './outage/outage.js';

export * from './command/command.js';
export {
  COMMAND_ERROR_CODES,
  type CommandErrorCode,
  type CommandResult,
} from './command/command-result.js';

export * from './fleet/partition.js';
export * from './fleet/view-for-instance.js';
export { addGroups } from './fleet/partition-window.js';
export { NO_EVIDENCE, decideBreaker, nextDue, recordOfPartition } from './fleet/decide-breaker.js';
export { findCause, type PartitionCause } from './fleet/find-cause.js';
export { commandBreaker } from './fleet/command-breaker.js';

export type { AdaptivePolicy } from './model/adaptive-policy.js';
export { addWaits, RETRY_AFTER_MAX_MS } from './recovery/asked-wait.js';

export * from './correlated/correlated-settings.js';
export {
  heldNote,
  holdEvidence,
  holdOpenings,
  isTroubled,
  type ActiveBreaker,
  type CorrelatedVerdict,
  type OpeningsHold,
  type TroubledBreaker,
} from './correlated/correlated.js';

export * from './timeout/timeout-suggestion.js';
export { learnTimeout, type LearnedTimeout } from './timeout/learn-timeout.js';
export { HOUR_MS, healthyHours } from './timeout/healthy-hours.js';

export * from './model/latency.js';

export * from './backtest/backtest.js';

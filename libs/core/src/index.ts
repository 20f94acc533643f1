export * from './model.js';
export * from './counts.js';
export * from './words.js';

export * from './policy/policy.js';
export * from './policy/call-policy.js';
export * from './policy/trip-policy.js';
export * from './policy/upgrade-policy.js';
export * from './policy/policy-limits.js';
export * from './policy/policy-problem.js';
export * from './policy/policy-validation.js';
export * from './policy/probe-check.js';

export * from './admission/admission.js';
export * from './admission/murmur3.js';
export * from './admission/cohort.js';
export * from './admission/suffix-cohort.js';
export * from './admission/priority.js';
export * from './admission/quota.js';
export * from './admission/decision.js';
export * from './admission/trial.js';

export * from './targeting/targeting.js';
export * from './targeting/semver.js';
export * from './targeting/rules.js';
export * from './targeting/live-segment.js';
export { RULE_LIMITS, type RuleProblem } from './targeting/clause-validation.js';
export * from './targeting/rules-validation.js';
export * from './targeting/rules-explain.js';
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
export * from './trip/key-names.js';
export { fleetSince } from './trip/local-openings.js';
export * from './trip/trip-summary.js';
export * from './trip/detection.js';

export * from './recovery/timing.js';
export * from './recovery/step-test.js';
export * from './recovery/state.js';
export * from './recovery/decide.js';
export * from './recovery/schedule-effect.js';

export * from './outage/outage.js';

export * from './command/command.js';
export {
  COMMAND_ERROR_CODES,
  type CommandErrorCode,
  type CommandResult,
} from './command/command-result.js';

export * from './scopes/scope.js';
export * from './scopes/narrow.js';
export { addGroups } from './scopes/parts.js';
export { NO_EVIDENCE, decideBreaker, nextDue, recordOfPartition } from './scopes/decide-breaker.js';
export { findCause, type PartitionCause } from './scopes/cause.js';
export { commandBreaker } from './scopes/command-breaker.js';

export type { AdaptivePolicy } from './adaptive/adaptive-policy.js';
export { addWaits, RETRY_AFTER_MAX_MS } from './adaptive/asked-wait.js';

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

export * from './latency/latency.js';

export * from './backtest/backtest.js';

export * from './call-policy.js';
export * from './model.js';
export * from './targeting.js';
export * from './admission.js';
export * from './counts.js';
export * from './consecutive.js';
export * from './lag.js';
export * from './wilson.js';
export * from './murmur3.js';
export * from './cohort.js';
export * from './quota.js';
export * from './suffix-cohort.js';
export * from './window.js';
export * from './policy.js';
export * from './trip.js';
export * from './trip-summary.js';
export * from './timing.js';
export * from './state.js';
export * from './decide.js';
export * from './command.js';
export {
  COMMAND_ERROR_CODES,
  type CommandErrorCode,
  type CommandResult,
} from './command-result.js';
export * from './schedule-effect.js';
export * from './words.js';
export * from './policy-limits.js';
export * from './policy-problem.js';
export * from './policy-validation.js';
export * from './probe-check.js';
export * from './semver.js';
export * from './rules.js';
export { RULE_LIMITS, type RuleProblem } from './clause-validation.js';
export * from './rules-validation.js';
export * from './rules-explain.js';
export * from './rules-review.js';
export * from './segment-validation.js';
export * from './decision.js';
export * from './detection.js';
export * from './scopes/scope.js';
export * from './scopes/narrow.js';
export { addGroups } from './scopes/parts.js';
export { NO_EVIDENCE, decideBreaker, nextDue, recordOfPart } from './scopes/decide-breaker.js';
export { findCause, type ScopedCause } from './scopes/cause.js';
export { commandBreaker } from './scopes/command-breaker.js';
export * from './backtest/backtest.js';
export type { PastCounts } from './backtest/past-window.js';

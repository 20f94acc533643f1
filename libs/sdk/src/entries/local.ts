export { BreakerControl, controlOf, type SavedState } from '../local-control/control-of.js';
export { type MakeTripRule, type TripRule } from '../breaker/trip-rule.js';
export { afterWarmUp } from '../local-control/trip-rules/after-warm-up.js';
export { consecutive } from '../local-control/trip-rules/consecutive.js';
export { countWindow, type CountWindowOptions } from '../local-control/trip-rules/count-window.js';
export { timeWindow, type TimeWindowOptions } from '../local-control/trip-rules/time-window.js';
export { withAttempt } from '../local-control/with-attempt.js';
export {
  type RollingCounts,
  type RollingOptions,
  rollingStats,
  type RollingStats,
} from '../local-control/rolling-stats.js';

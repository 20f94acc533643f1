export { type Breaker, type Decision } from './breaker/breaker.js';
export {
  BulkheadFullError,
  CallTimeoutError,
  CircuitOpenError,
  isBulkheadFull,
  isCallTimeout,
  isCircuitOpen,
  RecloserOptionError,
  RecloserSdkError,
  type CircuitOpenDetails,
} from './errors.js';
export {
  type AppliedEvent,
  type BreakerEvents,
  type CallEvent,
  type FallbackEvent,
  type RecloserEvents,
  type RejectEvent,
  type StaleEvent,
  type TakeoverEvent,
  type TransitionEvent,
} from './events.js';
export { nodeSystem } from './platform/node-system.js';
export {
  type BreakerOptions,
  type CachingOptions,
  type CallOptions,
  type ConnectionOptions,
  type Fallback,
  type ForceState,
  type GiveUpEvent,
  type HoldState,
  type MissingKey,
  type ProtectOptions,
  type RecloserOptions,
  type RetryEvent,
  type RetryOptions,
  type WrapOptions,
} from './options/options.js';
export { type LocalPolicy } from './breaker/local-breaker.js';
export { type MakeTripRule, type TripRule } from './breaker/trip-rule.js';
export { type CallOutcome } from './signals/outcome.js';
export { type Permit } from './calls/permit.js';
export { presets } from './options/presets.js';
export { Recloser, type RecloserStatus } from './recloser.js';
export { type Protected } from './calls/run.js';
export { staleCache, type StaleCache, type StaleCacheOptions } from './calls/stale-cache.js';
export { type BreakerStats } from './breaker/stats.js';
export {
  type HttpAnswer,
  type HttpRequest,
  type SocketEnd,
  type SocketHandlers,
  type System,
  type SystemSocket,
  type SystemTimer,
} from './platform/system.js';
export {
  type Admission,
  type AttributeValue,
  type BreakerView,
  type Partition as Scope,
  type PartitionView as ScopeView,
  type Context,
  type DecisionReason,
  type Mode,
  type StateKind,
} from '@recloser/core';

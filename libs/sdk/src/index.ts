export { type Breaker, type Decision } from './breaker.js';
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
  type RecloserEvents,
  type StaleEvent,
  type TakeoverEvent,
  type TransitionEvent,
} from './events.js';
export { nodeSystem } from './node-system.js';
export {
  type BreakerOptions,
  type CachingOptions,
  type CallOptions,
  type Fallback,
  type ForceState,
  type MissingKey,
  type ProtectOptions,
  type RecloserOptions,
  type RetryOptions,
  type WrapOptions,
} from './options.js';
export { type LocalPolicy } from './local-breaker.js';
export { type Permit } from './permit.js';
export { presets } from './presets.js';
export { Recloser, type RecloserStatus } from './recloser.js';
export { type Protected } from './run.js';
export { staleCache, type StaleCache, type StaleCacheOptions } from './stale-cache.js';
export { type BreakerStats } from './stats.js';
export {
  type HttpAnswer,
  type HttpRequest,
  type SocketEnd,
  type SocketHandlers,
  type System,
  type SystemSocket,
  type SystemTimer,
} from './system.js';
export {
  type Admission,
  type AttributeValue,
  type BreakerView,
  type Scope,
  type ScopeView,
  type Context,
  type DecisionReason,
  type Mode,
  type StateKind,
} from '@recloser/core';

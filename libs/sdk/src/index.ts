export { type Breaker, type Decision } from './breaker.js';
export {
  CallTimeoutError,
  CircuitOpenError,
  isCallTimeout,
  isCircuitOpen,
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
  type CallOptions,
  type ForceState,
  type MissingKey,
  type RecloserOptions,
  type WrapOptions,
} from './options.js';
export { type Permit } from './permit.js';
export { Recloser, type RecloserStatus } from './recloser.js';
export { type Protected } from './run.js';
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
  type Context,
  type DecisionReason,
  type Mode,
  type StateKind,
} from '@recloser/core';

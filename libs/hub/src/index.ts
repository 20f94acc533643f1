export { createHub } from './environment-hub.js';
export {
  EnvironmentReplica,
  type ChangeListener,
  type ChangeSource,
  type EnvironmentReplicaOptions,
} from './environment-node.js';
export type { Exchange, Hub, PolledState, SdkConnection } from './hub.js';
export * from './ports.js';
export { TokenBucket } from './connections/token-bucket.js';
export type { Chunk, Payload } from './sync/payload.js';
export type { Understood } from './sync/sync.js';
export { StoreClock } from './store-clock.js';

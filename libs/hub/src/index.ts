export { createHub } from './environment-hub.js';
export {
  EnvironmentReplica,
  type ChangeListener,
  type ChangeSource,
  type EnvironmentReplicaOptions,
} from './replication/environment-replica.js';
export type { Exchange, Hub, PolledState, SdkConnection } from './hub.js';
export * from './ports.js';
export { TokenBucket } from './connections/token-bucket.js';
export type { Chunk, Payload } from './replication/payload.js';
export type { Understood } from './replication/sync.js';
export { StoreClock } from './store-clock.js';

export { createHub } from './environment-hub.js';
export {
  EnvironmentNode,
  type ChangeListener,
  type ChangeSource,
  type EnvironmentNodeOptions,
} from './environment-node.js';
export type { Hub, SdkConnection } from './hub.js';
export * from './ports.js';
export { StoreClock } from './store-clock.js';

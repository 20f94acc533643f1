export { createHub } from './environment-hub.js';
export type { Hub, SdkConnection } from './hub.js';
export * from './ports.js';

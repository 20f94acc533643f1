export * from './close-codes.js';
export * from './codec.js';
export * from './console-frames.js';
export * from './domain.js';
export * from './errors.js';
export { codesOfSchema } from './field-codes.js';
export * from './jobs.js';
export * from './limits.js';
export * from './rest-requests.js';
export * from './rest-backtest.js';
export * from './rest-channels.js';
export {
  editEnvironmentSettingsSchema,
  environmentSettingsSchema,
  openingsHoldSchema,
  type EditEnvironmentSettings,
  type EnvironmentSettingsInfo,
} from './rest-environment-settings.js';
export * from './rest-import.js';
export * from './rest-schedules.js';
export * from './rest-segments.js';
export * from './rest-timeout.js';
export * from './rest-tokens.js';
export * from './rest-triggers.js';
export * from './rest-views.js';
export * from './rest.js';
export * from './sdk-frames.js';
export * from './signals.js';
export * from './state.js';
export { UNSTORABLE_MESSAGE, unstorablePath } from './storable.js';

export * from './close-codes.js';
export * from './codec.js';
export * from './console-frames.js';
export { AnswerError, parseAnswer } from './contract/answer.js';
export { api, type Address } from './contract/api.js';
export * from './contract/audit.js';
export * from './contract/auth.js';
export * from './contract/breakers/backtest.js';
export * from './contract/breakers/breaker.js';
export * from './contract/breakers/breakers.js';
export * from './contract/breakers/commands.js';
export * from './contract/breakers/series.js';
export * from './contract/breakers/split.js';
export * from './contract/breakers/cohort-keys.js';
export * from './contract/breakers/timeout.js';
export * from './contract/breakers/try.js';
export * from './contract/channels.js';
export { contract, contractRoutes, routeAt } from './contract/contract.js';
export {
  editEnvironmentSettingsSchema,
  environmentSettingsSchema,
  openingsHoldSchema,
  type EditEnvironmentSettings,
  type EnvironmentSettingsInfo,
} from './contract/environment-settings.js';
export { errorsOf } from './contract/errors-of.js';
export * from './contract/import.js';
export type { AnswerOf, Given, Input, InputOf } from './contract/inputs.js';
export * from './contract/instances.js';
export * from './contract/keys.js';
export * from './contract/people.js';
export * from './contract/projects.js';
export { pathTo, requestTo, type ApiRequest } from './contract/request.js';
export type { Access, AnyRoute, TokenUse } from './contract/route.js';
export * from './contract/schedules.js';
export * from './contract/segments.js';
export * from './contract/tokens.js';
export * from './contract/triggers.js';
export * from './contract/views.js';
export * from './domain.js';
export * from './errors.js';
export * from './jobs.js';
export * from './limits.js';
export * from './sdk-frames.js';
export * from './signals.js';
export * from './state.js';
export { UNSTORABLE_MESSAGE, unstorablePath } from './storable.js';

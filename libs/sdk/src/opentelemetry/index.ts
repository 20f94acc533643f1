export { observeBreakers, type OpenTelemetryOptions } from './metrics.js';
export { traced } from './spans.js';

export { observeBreakers, type OpenTelemetryOptions } from '../opentelemetry/metrics.js';
export { traced } from '../opentelemetry/spans.js';

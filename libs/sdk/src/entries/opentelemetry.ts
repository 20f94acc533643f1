export {
  observeBreakers,
  type OpenTelemetryOptions,
} from '../integrations/opentelemetry/metrics.js';
export { traced } from '../integrations/opentelemetry/spans.js';

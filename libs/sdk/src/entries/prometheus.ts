export { recloserMetrics, type PrometheusOptions } from '../integrations/prometheus/metrics.js';

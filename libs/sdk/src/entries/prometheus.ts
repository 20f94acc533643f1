export { recloserMetrics, type PrometheusOptions } from '../prometheus/metrics.js';

import { CircuitBreaker } from '../integrations/opossum/circuit-breaker.js';

export { CircuitBreaker };
export { type CacheTransport } from '../integrations/opossum/memory-cache.js';
export { type Options, type State } from '../integrations/opossum/options.js';
export {
  type Bucket,
  type Stats,
  type Status,
  type StatusOptions,
} from '../integrations/opossum/status.js';
export default CircuitBreaker;

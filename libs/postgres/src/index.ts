export {
  closeClient,
  connectionConfig,
  createClient,
  SafeClient,
  withClient,
  type ConnectionOptions,
} from './client.js';
export { isSilence, leadsAstray, readOnly, translate } from './errors.js';
export { databaseUrlProblem } from './url.js';
export { createPool, type PoolOptions } from './pool.js';

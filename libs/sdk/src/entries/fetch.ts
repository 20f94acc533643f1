export { retryAfterMs } from '../integrations/http/retry-after.js';
export { protectFetch, type FetchOptions } from '../integrations/fetch/protect-fetch.js';

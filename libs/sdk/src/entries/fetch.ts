export { retryAfterMs } from '../http/retry-after.js';
export { protectFetch, type FetchOptions } from '../fetch/protect-fetch.js';

export { protectFetch, type FetchOptions } from '../fetch/protect-fetch.js';

import { ERROR_CODES, type ErrorCode } from '../errors.js';
import { codesOfSchema } from '../field-codes.js';
import type { AnyRoute } from './route.js';

/** Codes that do not depend on what a route does. */
const ALWAYS: readonly ErrorCode[] = ['too_many_requests', 'internal_error', 'unavailable'];

const UNKNOWN: readonly ErrorCode[] = [
  'not_found',
  'unknown_project',
  'unknown_environment',
  'unknown_breaker',
  'unknown_segment',
  'unknown_schedule',
];

const ONLY_SOCKETS = ['slow_consumer', 'instance_limit', 'discover_limit', 'replaced'];

/** Whatever a change may find in its way. */
const CONFLICTS = (Object.keys(ERROR_CODES) as ErrorCode[]).filter(
  (code) => ERROR_CODES[code].status === 409 && !ONLY_SOCKETS.includes(code),
);

/** Every code that a route can refuse a request with. */
export function errorsOf(route: AnyRoute): readonly ErrorCode[] {
  const { access, guarded, body, query, refuses = [], path, method } = route;
  const ofSchemas = [body, query].flatMap((one) => (one === undefined ? [] : codesOfSchema(one)));
  const codes: ErrorCode[] = [...ALWAYS, ...ofSchemas, ...refuses, ...tokenErrors(route)];
  const named = path.includes(':');
  const changes = method !== 'GET';
  // Any address may be badly encoded, and any body may be no JSON.
  if (named || query !== undefined || changes) codes.push('invalid_request');
  if (query !== undefined) codes.push('invalid_cursor');
  if (named) codes.push(...UNKNOWN);
  if (changes) codes.push('cross_origin', 'body_too_large', 'unsupported_media_type');
  if (access === 'token') codes.push('unauthenticated', 'invalid_key', 'key_revoked', 'not_found');
  if (access !== 'token' && access !== 'public') codes.push('unauthenticated');
  if (access === 'operator' || access === 'admin') codes.push('forbidden');
  if (changes && body !== undefined && access !== 'public' && access !== 'token') {
    codes.push(...CONFLICTS);
  }
  if (guarded === true) codes.push('precondition_required', 'version_conflict');
  return [...new Set(codes)];
}

/** Refusals of an API token, or for one. */
function tokenErrors({ access, tokens }: AnyRoute): readonly ErrorCode[] {
  if (access === 'token') return ['token_in_url'];
  const codes: ErrorCode[] = ['token_in_url', 'invalid_token', 'token_expired', 'token_revoked'];
  if (tokens === 'none') return [...codes, 'token_refused'];
  if (access === 'public') return ['token_in_url'];
  return tokens === 'any' ? codes : [...codes, 'token_limited'];
}

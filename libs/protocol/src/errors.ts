/**
 * Every error that leaves a Recloser process has one of these codes. They are stable: programs may branch on them.
 * `status` is the HTTP status of REST answers; `title` the problem+json title.
 */
export const ERROR_CODES = {
  // Requests
  invalid_request: { status: 400, title: 'The request is not valid' },
  reason_required: { status: 400, title: 'A reason is required' },
  invalid_admission: { status: 400, title: 'The admission is not valid' },
  invalid_policy: { status: 400, title: 'The policy is not valid' },
  invalid_rules: { status: 400, title: 'The targeting rules are not valid' },
  invalid_segment: { status: 400, title: 'The segment is not valid' },
  invalid_document: { status: 400, title: 'The document is not valid' },
  invalid_breaker_key: { status: 400, title: 'The breaker key is not valid' },
  invalid_segment_key: { status: 400, title: 'The segment key is not valid' },
  invalid_schedule_key: { status: 400, title: 'The schedule key is not valid' },
  invalid_cursor: { status: 400, title: 'The cursor is not valid' },
  invalid_time: { status: 400, title: 'The time is not valid' },
  unauthenticated: { status: 401, title: 'Sign in first' },
  invalid_key: { status: 401, title: 'The SDK key is not valid' },
  key_revoked: { status: 403, title: 'The SDK key was revoked' },
  invalid_token: { status: 401, title: 'The API token is not valid' },
  token_expired: { status: 401, title: 'The API token has expired' },
  token_revoked: { status: 401, title: 'The API token was revoked' },
  token_in_url: { status: 400, title: 'The address holds an API token' },
  token_limited: { status: 403, title: 'The API token is limited to another place' },
  foreign_payload: { status: 400, title: 'The payload is not understood' },
  token_refused: { status: 403, title: 'Only a person can do this' },
  forbidden: { status: 403, title: 'Your role does not allow this' },
  cross_origin: { status: 403, title: 'The request comes from another site' },
  not_found: { status: 404, title: 'Not found' },
  unknown_trigger: { status: 404, title: 'No such trigger' },
  unknown_project: { status: 404, title: 'No such project' },
  unknown_environment: { status: 404, title: 'No such environment' },
  unknown_schedule: { status: 404, title: 'No such schedule' },
  unknown_breaker: { status: 404, title: 'No such breaker' },
  unknown_segment: { status: 404, title: 'No such segment' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  already_exists: { status: 409, title: 'It exists already' },
  segment_in_use: { status: 409, title: 'Rules name the segment' },
  version_conflict: { status: 409, title: 'Someone else was first' },
  trigger_revoked: { status: 410, title: 'The trigger was revoked' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'Send JSON' },
  precondition_required: { status: 428, title: 'If-Match is required' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  limit_reached: { status: 409, title: 'A limit is reached' },
  internal_error: { status: 500, title: 'Something went wrong here' },
  unavailable: { status: 503, title: 'Not available now' },

  // Commands that do not fit the state of the breaker
  not_ramping: { status: 409, title: 'The breaker is not ramping' },
  not_paused: { status: 409, title: 'The ramp is not held' },
  already_paused: { status: 409, title: 'The ramp is held already' },
  already_open: { status: 409, title: 'The breaker is open already' },
  already_closed: { status: 409, title: 'The breaker is closed already' },
  already_restoring: { status: 409, title: 'The breaker is being restored already' },
  already_ramping: { status: 409, title: 'The breaker is ramping already' },
  first_step: { status: 409, title: 'The ramp is at its first step' },
  invalid_until: { status: 400, title: 'The end is not valid' },
  not_closed: { status: 409, title: 'Only a closed breaker can change this' },
  unchanged: { status: 409, title: 'Nothing would change' },
  scope_not_possible: { status: 409, title: 'A part of the fleet cannot do that' },
  too_many_scopes: { status: 409, title: 'Too many parts have a state of their own' },
  command_refused: { status: 409, title: 'The command does not fit the state' },

  // Sockets
  malformed_frame: { status: 400, title: 'The frame is not valid' },
  unknown_frame: { status: 400, title: 'The kind of frame is not known' },
  frame_too_large: { status: 413, title: 'The frame is too large' },
  unexpected_frame: { status: 400, title: 'The frame came at the wrong time' },
  unsupported_version: { status: 400, title: 'The protocol version is not supported' },
  hello_timeout: { status: 408, title: 'No hello came' },
  rate_limited: { status: 429, title: 'Too many frames' },
  slow_consumer: { status: 409, title: 'The connection could not keep up' },
  instance_taken: { status: 409, title: 'Another key has this instance' },
  instance_limit: { status: 409, title: 'Too many instances use this key' },
  future_version: { status: 400, title: 'The state version does not exist yet' },
  future_seq: { status: 400, title: 'The sequence number does not exist yet' },
  discover_limit: { status: 409, title: 'Too many breakers were discovered' },
  replaced: { status: 409, title: 'The instance has connected again' },

  // Data
  corrupt_row: { status: 500, title: 'A stored row cannot be read' },
  audit_broken: { status: 500, title: 'The audit chain does not verify' },
} as const satisfies Readonly<Record<string, { status: number; title: string }>>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** True when `code` is one of ERROR_CODES, e.g. a code that the core's `command` returned. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}

export type ErrorDetails = Readonly<Record<string, unknown>>;

const BRAND = Symbol.for('recloser.error');

/** An expected error: a stable `code`, a message that says what to do next, and details for programs. */
export class RecloserError extends Error {
  override readonly name = 'RecloserError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  readonly [BRAND] = true;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }

  /** HTTP status of this error. */
  get status(): number {
    return ERROR_CODES[this.code].status;
  }

  /** The problem+json body (RFC 9457) of this error. */
  toProblem(): Problem {
    const { status, title } = ERROR_CODES[this.code];
    return {
      ...this.details,
      type: `urn:recloser:error:${this.code}`,
      title,
      status,
      code: this.code,
      detail: this.message,
    };
  }
}

/** True for a RecloserError of any copy of this package. */
export function isRecloserError(error: unknown): error is RecloserError {
  return typeof error === 'object' && error !== null && BRAND in error;
}

/** Body of every REST error (RFC 9457), with the error's details beside the standard members. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly [detail: string]: unknown;
}

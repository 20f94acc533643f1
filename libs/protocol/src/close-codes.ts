/**
 * Codes with which the server closes an SDK socket, beside 1001 (going away), 1009 (frame too large) and 1011
 * (server error). `reconnect` tells the client what to do: `resume` as after any lost connection, `later` only after
 * the error frame's `retryAfterMs` (or 30 s).
 */
export const CLOSE_CODES = {
  /** Too many frames that could not be read. */
  protocol_error: { code: 4000, reconnect: 'later' },
  /** The key is not valid any more. */
  key_revoked: { code: 4003, reconnect: 'later' },
  /** The server does not speak the version of the hello. */
  unsupported_version: { code: 4004, reconnect: 'later' },
  /** What was sent to the socket was not read in time; resync. */
  slow_consumer: { code: 4008, reconnect: 'resume' },
  /** Another connection said hello with the same instance id. */
  replaced: { code: 4009, reconnect: 'later' },
  /** No hello within 10 s. */
  hello_timeout: { code: 4010, reconnect: 'resume' },
  /** Two pings stayed without an answer. */
  unresponsive: { code: 4011, reconnect: 'resume' },
  /** Frames came faster than allowed for long. */
  rate_limited: { code: 4029, reconnect: 'later' },
  /** The key has more instances than it may. */
  instance_limit: { code: 4030, reconnect: 'later' },
  /** The server stops, after a `goodbye`. */
  going_away: { code: 1001, reconnect: 'resume' },
} as const satisfies Readonly<Record<string, { code: number; reconnect: 'resume' | 'later' }>>;

export type CloseReason = keyof typeof CLOSE_CODES;

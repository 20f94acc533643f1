import { RecloserError, isRecloserError, type ErrorCode, type Problem } from '@recloser/protocol';

export interface ProblemAnswer {
  readonly status: number;
  readonly body: Problem;
  /** False: nobody foresaw it, so the error belongs in the log. */
  readonly expected: boolean;
}

/** The answer to any error that a request handler threw. What is not foreseen shows nothing of its inside. */
export function problemOf(error: unknown): ProblemAnswer {
  const known = knownError(error);
  if (known)
    return {
      status: known.status,
      body: known.toProblem(),
      expected: known.status < 500 || known.code === 'unavailable',
    };
  const internal = new RecloserError(
    'internal_error',
    'Nothing was changed by this request unless you see it. Try again; give the request id to your administrator.',
  );
  return { status: internal.status, body: internal.toProblem(), expected: false };
}

function knownError(error: unknown): RecloserError | null {
  if (isRecloserError(error)) return error;
  return frameworkError(error);
}

const FRAMEWORK_CODES: Readonly<Record<number, readonly [ErrorCode, string]>> = {
  400: ['invalid_request', 'The body is not valid JSON.'],
  404: ['not_found', 'There is nothing at this address. The API is described at /docs.'],
  405: ['method_not_allowed', 'This address exists, but not for this method.'],
  414: ['invalid_request', 'The address is too long.'],
  413: ['body_too_large', 'The body is larger than this address takes.'],
  415: ['unsupported_media_type', 'Send the body as application/json.'],
  429: ['too_many_requests', 'Slow down, then try again.'],
};

const BAD_ADDRESS =
  'The address cannot be read: a "%" is followed by two hexadecimal digits, and these are UTF-8.';

/** Errors of the HTTP framework carry their status in `statusCode` (Fastify) or `getStatus()` (Nest). */
function frameworkError(error: unknown): RecloserError | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && error.code === 'FST_ERR_BAD_URL') {
    return new RecloserError('invalid_request', BAD_ADDRESS);
  }
  const status = statusOf(error);
  const entry = status === null ? undefined : FRAMEWORK_CODES[status];
  return entry ? new RecloserError(entry[0], entry[1]) : null;
}

function statusOf(error: Error): number | null {
  if ('statusCode' in error && typeof error.statusCode === 'number') return error.statusCode;
  if ('status' in error && typeof error.status === 'number') return error.status;
  return null;
}

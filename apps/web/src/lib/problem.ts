/** A refused or failed request, with the API's stable code and its advice. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** The whole problem body, for details such as `expected` and `actual`. */
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Reads an error answer. An answer that is no problem+json (a proxy's page) still yields a clear error. */
export async function readProblem(response: Response): Promise<ApiError> {
  const fallback = `The server answered ${response.status}. Try again; if it goes on, look at the API's log.`;
  try {
    const body: unknown = await response.json();
    if (typeof body !== 'object' || body === null) throw new TypeError('not an object');
    const details = Object.fromEntries(Object.entries(body));
    return new ApiError(
      response.status,
      text(details.code) ?? 'unexpected_answer',
      text(details.detail) ?? text(details.message) ?? text(details.title) ?? fallback,
      details,
    );
  } catch {
    return new ApiError(response.status, 'unexpected_answer', fallback);
  }
}

/** What to show a person for anything that was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  if (error instanceof TypeError) {
    // An answer that was lost on its way may be one that said yes.
    return 'The control plane cannot be reached. Before you repeat a change, see whether it was made.';
  }
  return error instanceof Error ? error.message : 'Something went wrong.';
}

import { readProblem } from './problem';

interface SendOptions {
  readonly body?: unknown;
  /** Configuration version for If-Match. */
  readonly revision?: number;
}

async function answer(response: Response): Promise<unknown> {
  if (!response.ok) throw await readProblem(response);
  return response.json();
}

/** GET from the API on this origin. Throws ApiError for a refusal, TypeError when it cannot be reached. */
export async function getJson(path: string): Promise<unknown> {
  return answer(await fetch(path, { headers: { accept: 'application/json' } }));
}

/** A change. Throws ApiError for a refusal, TypeError when the API cannot be reached. */
export async function sendJson(
  method: 'POST' | 'PATCH',
  path: string,
  { body, revision }: SendOptions = {},
): Promise<unknown> {
  const headers: Record<string, string> = {
    accept: 'application/json',
    'content-type': 'application/json',
  };
  if (revision !== undefined) headers['if-match'] = `"${revision}"`;
  return answer(await fetch(path, { method, headers, body: JSON.stringify(body ?? {}) }));
}

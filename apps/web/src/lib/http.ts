import { readProblem } from './problem';
import { sessionRenewed } from './session-guard';

interface SendOptions {
  readonly body?: unknown;
  /** Configuration version for If-Match. */
  readonly revision?: number;
  /** Needs no session, e.g. signing in: a refusal is then final. */
  readonly anonymous?: boolean;
}

async function answer(response: Response): Promise<unknown> {
  if (!response.ok) throw await readProblem(response);
  return response.json();
}

/** Sends again when the session had ended and somebody has signed in since. */
async function withSession(send: () => Promise<Response>): Promise<Response> {
  const response = await send();
  return response.status === 401 && (await sessionRenewed()) ? send() : response;
}

/** GET from the API on this origin. Throws ApiError for a refusal, TypeError when it cannot be reached. */
export async function getJson(path: string): Promise<unknown> {
  return answer(await withSession(() => fetch(path, { headers: { accept: 'application/json' } })));
}

/** A change. Throws ApiError for a refusal, TypeError when the API cannot be reached. */
export async function sendJson(
  method: 'POST' | 'PATCH',
  path: string,
  { body, revision, anonymous = false }: SendOptions = {},
): Promise<unknown> {
  const headers: Record<string, string> = {
    accept: 'application/json',
    'content-type': 'application/json',
  };
  if (revision !== undefined) headers['if-match'] = `"${revision}"`;
  const send = () => fetch(path, { method, headers, body: JSON.stringify(body ?? {}) });
  return answer(await (anonymous ? send() : withSession(send)));
}

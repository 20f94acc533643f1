import type { Problem } from '@recloser/protocol';
import { CliError, EXIT } from './cli-error.js';
import type { Login } from './login-file.js';

const TIMEOUT_MS = 30_000;

/** REST calls with a token. */
export class ApiClient {
  readonly #login: Login;

  constructor(login: Login) {
    this.#login = login;
  }

  get url(): string {
    return this.#login.url;
  }

  /** The parsed answer. @throws CliError refused, unreachable */
  async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    return (await (await this.send(method, path, body)).json()) as T;
  }

  /** An answer with a good status. @throws CliError refused, unreachable */
  async send(method: string, path: string, body?: unknown): Promise<Response> {
    const { url, token } = this.#login;
    let response: Response;
    try {
      response = await fetch(url + path, {
        method,
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      const { cause } = error as Error;
      const why = cause instanceof Error ? cause.message : String(error);
      throw new CliError(EXIT.unreachable, `${url} does not answer: ${why || 'no connection'}.`);
    }
    if (!response.ok) throw await refusalOf(response, url);
    return response;
  }
}

async function refusalOf(response: Response, url: string): Promise<CliError> {
  const { status } = response;
  const problem = await response.json().then(
    (body: unknown) => body as Partial<Problem>,
    () => null,
  );
  if (typeof problem?.code !== 'string') {
    return new CliError(
      EXIT.unreachable,
      `${url} answered ${status}, but not as Recloser does. Check the URL.`,
    );
  }
  const exitCode = status >= 500 ? EXIT.unreachable : EXIT.refused;
  return new CliError(exitCode, `${problem.detail ?? ''} (${problem.code})`, problem);
}

import {
  AnswerError,
  parseAnswer,
  requestTo,
  type Address,
  type AnswerOf,
  type Input,
  type Problem,
} from '@recloser/protocol';
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

  /** What the route answers. @throws CliError refused, unreachable */
  async call<A extends Address>(address: A, ...input: Input<A>): Promise<AnswerOf<A>> {
    return this.read(address, await this.send(address, ...input));
  }

  /** The content of an answer. @throws CliError unreachable */
  async read<A extends Address>(address: A, response: Response): Promise<AnswerOf<A>> {
    try {
      return parseAnswer(address, await response.json());
    } catch (error) {
      if (error instanceof AnswerError) throw new CliError(EXIT.unreachable, error.message);
      throw notRecloser(this.url, response.status);
    }
  }

  /** An answer with a good status. @throws CliError refused, unreachable */
  async send<A extends Address>(address: A, ...input: Input<A>): Promise<Response> {
    const { url, token } = this.#login;
    const { path, headers, ...request } = requestTo(address, ...input);
    let response: Response;
    try {
      response = await fetch(url + path, {
        ...request,
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: { ...headers, authorization: `Bearer ${token}` },
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
    return notRecloser(url, status);
  }
  const exitCode = status >= 500 ? EXIT.unreachable : EXIT.refused;
  return new CliError(exitCode, `${problem.detail ?? ''} (${problem.code})`, problem);
}

const notRecloser = (url: string, status: number): CliError =>
  new CliError(
    EXIT.unreachable,
    `${url} answered ${status}, but not as Recloser does. Check the URL.`,
  );

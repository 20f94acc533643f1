import {
  parseAnswer,
  requestTo,
  type Address,
  type AnswerOf,
  type Input,
} from '@recloser/protocol';

/** Whatever the API answered, for assertions. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export const PRODUCTION = { project: 'default', environment: 'production' };
export const ENVIRONMENT = '/v1/projects/default/environments/production';

/** The environment that a REST path names. */
export function environmentIn(path: string): typeof PRODUCTION {
  const [, project = '', environment = ''] =
    /^\/v1\/projects\/([^/]+)\/environments\/([^/]+)/.exec(path) ?? [];
  return { project, environment };
}

/** REST calls as one person. */
export class RestClient {
  #cookie = '';

  constructor(readonly url: string) {}

  async signIn(email: string, password: string): Promise<void> {
    const response = await this.#send('POST', '/v1/auth/sign-in/email', { email, password });
    if (!response.ok) throw new Error(`Signing in answered ${response.status}.`);
    this.#cookie = response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0] ?? '')
      .join('; ');
  }

  /** The session, for a browser that goes on with it. */
  get cookies(): { readonly name: string; readonly value: string; readonly url: string }[] {
    return this.#cookie.split('; ').map((cookie) => {
      const end = cookie.indexOf('=');
      return { name: cookie.slice(0, end), value: cookie.slice(end + 1), url: this.url };
    });
  }

  /** What a route of the contract answers. Anything other than success is an error. */
  async call<A extends Address>(address: A, ...input: Input<A>): Promise<AnswerOf<A>> {
    const { method, path, headers, body } = requestTo(address, ...input);
    const response = await this.#fetch(method, path, headers, body);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return parseAnswer(address, JSON.parse(text));
  }

  /** For requests that are to be refused. */
  async send(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await this.#send(method, path, body);
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
  }

  /** For changes whose answer does not matter. `revision` is what If-Match names. */
  async must(method: string, path: string, body?: unknown, revision?: number): Promise<void> {
    const response = await this.#send(method, path, body, revision);
    if (response.ok) return;
    const text = await response.text();
    throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  }

  #send(method: string, path: string, body?: unknown, revision?: number): Promise<Response> {
    const headers = {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(revision === undefined ? {} : { 'if-match': `"${revision}"` }),
    };
    return this.#fetch(method, path, headers, body === undefined ? body : JSON.stringify(body));
  }

  #fetch(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string | undefined,
  ): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      method,
      headers: { ...headers, origin: this.url, cookie: this.#cookie },
      ...(body === undefined ? {} : { body }),
    });
  }
}

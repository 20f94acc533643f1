/** Whatever the API answered, for assertions. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export const ENVIRONMENT = '/v1/projects/default/environments/production';

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

  /** `revision` is what If-Match names. */
  async call(method: string, path: string, body?: unknown, revision?: number): Promise<Answer> {
    const response = await this.#send(method, path, body, revision);
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
  }

  /** As `call`, but anything other than success is an error. */
  async must<T>(method: string, path: string, body?: unknown, revision?: number): Promise<T> {
    const answer = await this.call(method, path, body, revision);
    if (answer.status >= 300) {
      throw new Error(
        `${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`,
      );
    }
    return answer.body as T;
  }

  #send(method: string, path: string, body?: unknown, revision?: number): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      method,
      headers: {
        origin: this.url,
        cookie: this.#cookie,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(revision === undefined ? {} : { 'if-match': `"${revision}"` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }
}

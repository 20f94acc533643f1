import { checkAnswer } from './check-answer.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed when it is JSON, else text. */
  readonly body: unknown;
}

type HeaderValues = Readonly<Record<string, string>>;

/** A caller with a cookie jar of one session. */
export class RestClient {
  readonly #url: string;
  readonly #headers: HeaderValues;
  readonly cookie: string | null;

  constructor(url: string, cookie: string | null = null, headers: HeaderValues = {}) {
    this.#url = url;
    this.#headers = headers;
    this.cookie = cookie;
  }

  get(path: string, headers: HeaderValues = {}): Promise<Answer> {
    return this.send('GET', path, undefined, headers);
  }

  post(path: string, body: unknown = {}, headers: HeaderValues = {}): Promise<Answer> {
    return this.send('POST', path, JSON.stringify(body), headers);
  }

  patch(path: string, body: unknown, headers: HeaderValues = {}): Promise<Answer> {
    return this.send('PATCH', path, JSON.stringify(body), headers);
  }

  async send(
    method: string,
    path: string,
    body: string | undefined,
    headers: HeaderValues,
  ): Promise<Answer> {
    const response = await fetch(this.#url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.cookie === null ? {} : { cookie: this.cookie }),
        ...this.#headers,
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '');
    const parsed: unknown = isJson && text !== '' ? JSON.parse(text) : text;
    if (isJson && response.ok) checkAnswer(method, path, parsed);
    return { status: response.status, headers: response.headers, body: parsed };
  }

  /** Another client, a program that sends this API token and no cookie. */
  withToken(token: string): RestClient {
    return new RestClient(this.#url, null, { authorization: `Bearer ${token}` });
  }

  /** Another client with the session of this person. */
  async signIn(email: string, password: string): Promise<RestClient> {
    const { status, headers, body } = await this.post('/v1/auth/sign-in/email', {
      email,
      password,
    });
    if (status !== 200) throw new Error(`sign-in failed: ${JSON.stringify(body)}`);
    const cookie = headers
      .getSetCookie()
      .map((line) => line.split(';', 1)[0])
      .join('; ');
    return new RestClient(this.#url, cookie);
  }
}

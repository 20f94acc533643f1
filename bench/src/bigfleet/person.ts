import { WebSocket } from 'ws';

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** An administrator at the console. */
export class Person {
  #cookie = '';

  constructor(
    readonly url: string,
    private readonly environment = '/v1/projects/default/environments/production',
  ) {}

  async signIn(credentials: { readonly email: string; readonly password: string }): Promise<void> {
    const response = await this.#fetch('POST', '/v1/auth/sign-in/email', credentials);
    const cookies = response.headers.getSetCookie();
    this.#cookie = cookies.map((cookie) => cookie.split(';')[0] ?? '').join('; ');
  }

  async get(path: string): Promise<Answer> {
    return answerOf(await this.#fetch('GET', `${this.environment}${path}`));
  }

  async post(path: string, body: object): Promise<Answer> {
    return answerOf(await this.#fetch('POST', `${this.environment}${path}`, body));
  }

  /** Opens the feed of the fleet's page. Resolves with the snapshot's length in characters; the feed goes on. */
  watch(): Promise<{ readonly length: number; readonly close: () => void }> {
    const socket = new WebSocket(`${this.url.replace(/^http/, 'ws')}/v1/console`, {
      headers: { cookie: this.#cookie, origin: this.url },
    });
    socket.on('open', () => {
      socket.send('{"t":"watch","project":"default","environment":"production"}');
    });
    return new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.on('message', (data: Buffer) => {
        const text = data.toString();
        if (text.startsWith('{"t":"ping"')) socket.send('{"t":"pong"}');
        if (!text.startsWith('{"t":"snapshot"')) return;
        resolve({ length: text.length, close: () => socket.close() });
      });
    });
  }

  #fetch(method: string, path: string, body?: object): Promise<Response> {
    const headers = {
      origin: this.url,
      cookie: this.#cookie,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    return fetch(`${this.url}${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }
}

async function answerOf(response: Response): Promise<Answer> {
  return { status: response.status, text: await response.text() };
}

import type { Policy } from '@recloser/core';

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** Whatever the API answers other than success. */
class ControlPlaneError extends Error {
  constructor(path: string, status: number, body: string) {
    super(`${path} answered ${status}: ${body.slice(0, 500)}`);
    this.name = 'ControlPlaneError';
  }
}

/** The few REST calls that the story makes, as an administrator would. */
export class ControlPlane {
  #cookie = '';

  constructor(
    readonly url: string,
    private readonly environment = '/v1/projects/default/environments/production',
  ) {}

  async signIn({ email, password }: Credentials): Promise<void> {
    const response = await this.#send('POST', '/v1/auth/sign-in/email', { email, password });
    this.#cookie = response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0] ?? '')
      .join('; ');
  }

  async createBreaker(key: string, policy: Policy): Promise<void> {
    const body = {
      key,
      name: 'Payments',
      owner: 'checkout',
      tags: ['demo'],
      mode: 'auto',
      policy,
      reason: 'The demo protects its dependency.',
    };
    await this.#send('POST', `${this.environment}/breakers`, body);
  }

  async createKey(name: string): Promise<string> {
    const response = await this.#send('POST', `${this.environment}/keys`, { name });
    const { key } = (await response.json()) as { key: string };
    return key;
  }

  async trip(key: string, reason: string): Promise<void> {
    await this.#send('POST', `${this.environment}/breakers/${key}/trip`, { reason });
  }

  /** Closes a breaker at once. */
  async finish(key: string, reason: string): Promise<void> {
    await this.#send('POST', `${this.environment}/breakers/${key}/ramp`, {
      action: 'finish',
      reason,
    });
  }

  /** How many audit events there are of one breaker. */
  async countAuditEvents(breaker: string): Promise<number> {
    let count = 0;
    let cursor: string | null = null;
    do {
      const query = new URLSearchParams({
        breaker,
        limit: '200',
        ...(cursor === null ? {} : { cursor }),
      });
      const response = await this.#send('GET', `${this.environment}/audit?${query.toString()}`);
      const page = (await response.json()) as { items: unknown[]; nextCursor: string | null };
      count += page.items.length;
      cursor = page.nextCursor;
    } while (cursor !== null);
    return count;
  }

  async #send(method: string, path: string, body?: unknown): Promise<Response> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        origin: this.url,
        cookie: this.#cookie,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok)
      throw new ControlPlaneError(`${method} ${path}`, response.status, await response.text());
    return response;
  }
}

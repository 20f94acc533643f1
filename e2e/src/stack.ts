import { expect, test as base, type Page } from '@playwright/test';
import { api } from '@recloser/protocol';
import { DEFAULT_POLICY, type Policy } from '@recloser/core';
import { startPlatform, type Platform } from '@recloser/platform';
import { Recloser, type Breaker } from '@recloser/sdk';
import { PRODUCTION, RestClient } from './rest.js';

export const ADMIN = { email: 'admin@recloser.local', password: 'correct-horse-battery' };

/** A ramp that stays where a person puts it. */
const PATIENT_POLICY: Policy = {
  ...DEFAULT_POLICY,
  recovery: { ...DEFAULT_POLICY.recovery, onLowTraffic: 'hold', minCalls: 100_000 },
};

/** One instance of a service: the real SDK in this process. */
export class Service {
  readonly breaker: Breaker;

  constructor(
    readonly recloser: Recloser,
    breaker: string,
  ) {
    this.breaker = recloser.breaker(breaker);
  }

  /** One call per account; returns the accounts whose calls were let through. */
  async callAsEach(accounts: readonly string[]): Promise<string[]> {
    const admitted: string[] = [];
    for (const accountId of accounts) {
      await this.breaker
        .protect(() => admitted.push(accountId), { accountId })
        .catch(() => undefined);
    }
    return admitted;
  }
}

/** The real product, and the services connected to it. */
export class Stack {
  readonly rest: RestClient;
  readonly #services: Recloser[] = [];
  #key: Promise<string> | null = null;

  constructor(readonly platform: Platform) {
    this.rest = new RestClient(platform.url);
  }

  get url(): string {
    return this.platform.url;
  }

  async createBreaker(key: string, policy: Policy = PATIENT_POLICY): Promise<void> {
    const body = { key, mode: 'auto', policy, reason: 'end-to-end test' } as const;
    await this.rest.call(api.breakers.create, { params: PRODUCTION, body });
  }

  /** A project with one environment, for a flow that must not meet the breakers of others; returns its REST path. */
  async createPlace(project: string, environment: string): Promise<string> {
    await this.rest.call(api.projects.create, { body: { key: project, name: project } });
    const body = { key: environment, name: environment, kind: 'development' } as const;
    await this.rest.call(api.projects.createEnvironment, { params: { project }, body });
    return `/v1/projects/${project}/environments/${environment}`;
  }

  /** A connected instance of "checkout", or of another service; with `sdkKey` of another environment, in that one. */
  async connect(
    breaker: string,
    instanceId: string,
    { sdkKey, service = 'checkout' }: { sdkKey?: string; service?: string } = {},
  ): Promise<Service> {
    this.#key ??= this.rest
      .call(api.keys.create, { params: PRODUCTION, body: { name: 'e2e' } })
      .then(({ key }) => key);
    const url = this.url.replace(/^http/, 'ws');
    const options = { url, sdkKey: sdkKey ?? (await this.#key), service, instanceId };
    const recloser = new Recloser(options);
    recloser.on('error', () => undefined);
    this.#services.push(recloser);
    expect(await recloser.ready({ timeoutMs: 20_000 })).toBe(true);
    return new Service(recloser, breaker);
  }

  async disconnectAll(): Promise<void> {
    await Promise.all(this.#services.splice(0).map((recloser) => recloser.close()));
  }

  async stop(): Promise<void> {
    await this.disconnectAll();
    await this.platform.stop();
  }
}

export const test = base.extend<{ signedIn: Page }, { stack: Stack }>({
  stack: [
    async ({ browserName: _browserName }, use) => {
      const platform = await startPlatform({
        ephemeral: true,
        port: 0,
        admin: ADMIN,
        log: () => undefined,
        // Receivers of notifications are on this machine.
        env: { PROBE_ALLOWED_NETWORKS: '127.0.0.0/8' },
      });
      const stack = new Stack(platform);
      await stack.rest.signIn(ADMIN.email, ADMIN.password);
      await use(stack);
      await stack.stop();
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  signedIn: async ({ page, stack }, use) => {
    // A session of its own, by REST: the way through the page is tested where it is the matter.
    const rest = new RestClient(stack.url);
    await rest.signIn(ADMIN.email, ADMIN.password);
    await page.context().addCookies(rest.cookies);
    await use(page);
    await stack.disconnectAll();
  },
});

export async function signIn(
  page: Page,
  url: string,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((address) => !address.pathname.startsWith('/sign-in'));
}

/** What is shown is what is: at a desk the sidebar says so, on a phone the bar on top. */
export async function expectLive(page: Page): Promise<void> {
  await expect(page.getByText('Live', { exact: true }).filter({ visible: true })).toBeVisible();
}

export async function useTheme(page: Page, url: string, theme: 'dark' | 'light'): Promise<void> {
  await page.context().addCookies([{ name: 'recloser.theme', value: theme, url }]);
}

export function breakerPage(stack: Stack, key: string): string {
  return `${stack.url}/default/production/breakers/${encodeURIComponent(key)}`;
}

/** Presses an action's button, gives the reason, and sends it. */
export async function act(page: Page, label: string, reason: string): Promise<void> {
  await page.getByRole('button', { name: label, exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: /Reason/ }).fill(reason);
  await dialog.getByRole('button', { name: label, exact: true }).click();
  await expect(dialog).toBeHidden();
}

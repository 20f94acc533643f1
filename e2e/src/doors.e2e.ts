import { expect } from '@playwright/test';
import { pagesOf } from './pages.js';
import { ADMIN, test } from './stack.js';

const PLACE = '/default/production';

test('every page but the one to sign in on asks who is there', async ({ page, stack }) => {
  const cookie = { name: 'better-auth.session_token', value: 'made.up', url: stack.url };
  await page.context().addCookies([cookie]);
  await stack.createBreaker('asked');
  for (const address of [...pagesOf(stack, 'asked'), `${stack.url}/gallery`, `${stack.url}/`]) {
    await page.goto(address);
    await expect(page, address).toHaveURL(/\/sign-in/);
  }
});

test('signing in never leads to another site', async ({ page, stack }) => {
  await page.goto(`${stack.url}/sign-in?next=/%09/evil.example`);
  await page.getByLabel('E-mail').fill(ADMIN.email);
  await page.getByLabel('Password').fill(ADMIN.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  // Whichever environment comes first: other tests make projects, too.
  await expect(page).toHaveURL(new RegExp(`^${stack.url}/[^/?]+/[^/?]+$`));
});

test('a page speaks to its own host alone', async ({ signedIn: page, stack }) => {
  await page.goto(`${stack.url}${PLACE}`);
  const blocked = await page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        addEventListener('securitypolicyviolation', ({ blockedURI }) => resolve(blockedURI));
        new WebSocket('ws://127.0.0.1:9/elsewhere');
      }),
  );
  expect(blocked).toContain('127.0.0.1:9');
  // Its own socket is open: figures are live.
  await expect(page.getByText('Live', { exact: true }).first()).toBeVisible();
});

test('a key is decoded once, in the title, too', async ({ signedIn: page, stack }) => {
  const suffix = Date.now().toString(36);
  const keys = [
    `${suffix} b`,
    `${suffix}%20b`,
    `${suffix}%2520b`,
    `__proto__`,
    `${suffix}+b`,
    `${suffix}%`,
  ];
  for (const key of keys) await stack.createBreaker(key);
  await stack.rest.must(
    'POST',
    `/v1/projects/default/environments/production/breakers/${encodeURIComponent(keys[0] ?? '')}/trip`,
    {
      reason: 'told apart',
    },
  );
  for (const key of keys) {
    const state = key === keys[0] ? 'Open' : 'Closed';
    const address = `${stack.url}${PLACE}/breakers/${encodeURIComponent(key)}`;
    const html = await (await page.request.get(address)).text();
    const [, title = ''] = /<title>([^<]*)<\/title>/.exec(html) ?? [];
    expect(title, key).toBe(`${state} · ${key} · production · Recloser`);
    await page.goto(address);
    await expect(page, key).toHaveTitle(new RegExp(`^${state}`));
    expect(await page.title(), key).toContain(` ${key} `);
  }
});

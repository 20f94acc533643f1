import { afterEach, describe, expect, it, vi } from 'vitest';
import { api } from '@recloser/protocol';
import { call, callSignedOut } from './call';
import { guardSession, onSignInAwaited, signInAwaited } from './session-guard';

const json = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json' },
  });
const refused = () => json(401, { code: 'unauthenticated', detail: 'Sign in.' });

/** Answers 401 until signed in. */
function setUp() {
  const world = { signedIn: false, asked: 0, sent: [] as string[] };
  vi.stubGlobal('fetch', (path: string, init: { method?: string; body?: string } = {}) => {
    world.sent.push(`${init.method ?? 'GET'} ${path} ${init.body ?? ''}`.trim());
    return Promise.resolve(world.signedIn ? json(200, { path }) : refused());
  });
  let signIn: () => void = () => undefined;
  const stop = guardSession(() => {
    world.asked += 1;
    return new Promise((resolve) => {
      signIn = () => {
        world.signedIn = true;
        resolve();
      };
    });
  });
  return { world, stop, signIn: () => signIn() };
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('a session that has ended', () => {
  it('is asked for once, and everything that waits is then sent again, whole', async () => {
    const { world, stop, signIn } = setUp();
    const body = { currentPassword: 'the old one', newPassword: 'a new one' };
    const change = call(api.auth.changePassword, { body });
    const read = call(api.auth.session);
    const seen: boolean[] = [];
    const unwatch = onSignInAwaited(() => seen.push(signInAwaited()));
    await vi.waitFor(() => expect(world.asked).toBe(1));
    expect(signInAwaited()).toBe(true);
    signIn();
    expect(await Promise.all([change, read])).toEqual([
      { path: '/v1/auth/change-password' },
      { path: '/v1/auth/get-session' },
    ]);
    expect(world.asked).toBe(1);
    expect(seen).toEqual([true, false]);
    unwatch();
    const sent = `POST /v1/auth/change-password ${JSON.stringify(body)}`;
    expect(world.sent.filter((one) => one === sent)).toHaveLength(2);
    stop();
  });

  it('is an error where nobody can be asked, and at the sign-in itself', async () => {
    const { world, stop } = setUp();
    await expect(
      callSignedOut(api.auth.signIn, { body: { email: 'a@example.com', password: 'x' } }),
    ).rejects.toMatchObject({ status: 401 });
    expect(world.asked).toBe(0);
    stop();
    await expect(call(api.auth.session)).rejects.toMatchObject({ status: 401 });
  });
});

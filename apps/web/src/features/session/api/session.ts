import type { Me, User } from '@recloser/protocol';
import { getJson, sendJson } from '@/lib/http';

/** Throws ApiError when e-mail and password do not fit. */
export async function signIn(email: string, password: string): Promise<void> {
  await sendJson('POST', '/v1/auth/sign-in/email', {
    body: { email, password },
    anonymous: true,
  });
}

export async function signOut(): Promise<void> {
  await sendJson('POST', '/v1/auth/sign-out', { anonymous: true });
}

/** Who is signed in now. Throws ApiError when nobody is. */
export async function whoAmI(): Promise<User> {
  return ((await getJson('/v1/me')) as Me).user;
}

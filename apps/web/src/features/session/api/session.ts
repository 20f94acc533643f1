import type { Me, User } from '@recloser/protocol';
import { getJson, sendJson } from '@/lib/http';

/** Throws ApiError when e-mail and password do not fit. */
export async function signIn(email: string, password: string): Promise<void> {
  await sendJson('POST', '/v1/auth/sign-in/email', {
    body: { email, password },
    anonymous: true,
  });
}

/** Signs out everywhere else. Throws ApiError, also for a wrong current password. */
export async function changePassword(currentPassword: string, newPassword: string): Promise<void> {
  const body = { currentPassword, newPassword, revokeOtherSessions: true };
  await sendJson('POST', '/v1/auth/change-password', { body });
}

export async function signOut(): Promise<void> {
  await sendJson('POST', '/v1/auth/sign-out', { anonymous: true });
}

/** Who is signed in now. Throws ApiError when nobody is. */
export async function whoAmI(): Promise<User> {
  return ((await getJson('/v1/me')) as Me).user;
}

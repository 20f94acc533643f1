import { api, type User } from '@recloser/protocol';
import { call, callSignedOut } from '@/lib/call';

/** Throws ApiError when e-mail and password do not fit. */
export async function signIn(email: string, password: string): Promise<void> {
  await callSignedOut(api.auth.signIn, { body: { email, password } });
}

/** Signs out everywhere else. Throws ApiError, also for a wrong current password. */
export async function changePassword(currentPassword: string, newPassword: string): Promise<void> {
  const body = { currentPassword, newPassword, revokeOtherSessions: true };
  await call(api.auth.changePassword, { body });
}

export async function signOut(): Promise<void> {
  await callSignedOut(api.auth.signOut);
}

/** Who is signed in now. Throws ApiError when nobody is. */
export async function whoAmI(): Promise<User> {
  return (await call(api.projects.me)).user;
}

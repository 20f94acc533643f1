import { sendJson } from '@/lib/http';

/** Throws ApiError when e-mail and password do not fit. */
export async function signIn(email: string, password: string): Promise<void> {
  await sendJson('POST', '/v1/auth/sign-in/email', { body: { email, password } });
}

export async function signOut(): Promise<void> {
  await sendJson('POST', '/v1/auth/sign-out');
}

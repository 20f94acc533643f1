import { z } from 'zod';
import { api } from './api.js';
import { route } from './route.js';

const password = z.string().min(1).max(128);

export const signInSchema = z.strictObject({
  email: z.email().max(254),
  password,
  rememberMe: z.boolean().optional(),
});

export const changePasswordSchema = z.strictObject({
  currentPassword: password,
  newPassword: z.string().min(10).max(128),
  /** Other sessions end in any case. */
  revokeOtherSessions: z.boolean().optional(),
});

/** The few of the sign-in library's endpoints that are used; the others are not reachable. */
export const authRoutes = {
  signIn: route(api.auth.signIn, {
    access: 'public',
    tokens: 'none',
    summary: 'Sign in',
    body: signInSchema,
    refuses: ['unauthenticated', 'forbidden'],
  }),
  signOut: route(api.auth.signOut, {
    access: 'public',
    tokens: 'none',
    summary: 'Sign out',
  }),
  session: route(api.auth.session, {
    access: 'public',
    tokens: 'none',
    summary: 'The current session, or null',
  }),
  changePassword: route(api.auth.changePassword, {
    access: 'viewer',
    tokens: 'none',
    summary: 'Change your password; it ends your other sessions',
    body: changePasswordSchema,
    refuses: ['forbidden'],
  }),
};

export type SignIn = z.infer<typeof signInSchema>;
export type ChangePassword = z.infer<typeof changePasswordSchema>;

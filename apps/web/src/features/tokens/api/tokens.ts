'use client';

import { api, type CreatedToken, type CreateToken } from '@recloser/protocol';
import { call } from '@/lib/call';
import { useCall } from '@/lib/use-call';

export function useApiTokens() {
  return useCall(api.tokens.list, []);
}

/** What a token can be limited to. */
export function useProjects() {
  return useCall(api.projects.list, []);
}

/** The answer holds the token itself, this once. */
export function createToken(token: CreateToken): Promise<CreatedToken> {
  return call(api.tokens.create, { body: token });
}

export async function revokeToken(id: string, reason: string): Promise<void> {
  await call(api.tokens.revoke, { params: { id }, body: { reason } });
}

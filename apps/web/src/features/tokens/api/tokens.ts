'use client';

import type { ApiToken, CreatedToken, CreateToken, Project } from '@recloser/protocol';
import useSWR from 'swr';
import { getJson, sendJson } from '@/lib/http';

const PATH = '/v1/tokens';
const PROJECTS = '/v1/projects';

export function useApiTokens() {
  return useSWR<readonly ApiToken[], Error>(PATH, async () => (await getJson(PATH)) as ApiToken[]);
}

/** What a token can be limited to. */
export function useProjects() {
  return useSWR<readonly Project[], Error>(
    PROJECTS,
    async () => (await getJson(PROJECTS)) as Project[],
  );
}

/** The answer holds the token itself, this once. */
export async function createToken(token: CreateToken): Promise<CreatedToken> {
  return (await sendJson('POST', PATH, { body: token })) as CreatedToken;
}

export async function revokeToken(id: string, reason: string): Promise<void> {
  await sendJson('POST', `${PATH}/${encodeURIComponent(id)}/revoke`, { body: { reason } });
}

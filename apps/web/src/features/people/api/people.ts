'use client';

import type { Role } from '@recloser/core';
import type { CreatedPerson, CreatePerson, NewPassword, Person } from '@recloser/protocol';
import useSWR from 'swr';
import { getJson, sendJson } from '@/lib/http';

const PATH = '/v1/people';

export function usePeople() {
  return useSWR<readonly Person[], Error>(PATH, async () => (await getJson(PATH)) as Person[]);
}

/** The answer holds a password, this once. */
export async function createPerson(person: CreatePerson): Promise<CreatedPerson> {
  return (await sendJson('POST', PATH, { body: person })) as CreatedPerson;
}

export async function setRole(id: string, role: Role): Promise<void> {
  await sendJson('PATCH', `${PATH}/${encodeURIComponent(id)}`, { body: { role } });
}

export async function removePerson(id: string, reason: string): Promise<void> {
  await sendJson('POST', `${PATH}/${encodeURIComponent(id)}/remove`, { body: { reason } });
}

/** The answer holds a password, this once; the person is signed out everywhere. */
export async function renewPassword(id: string): Promise<string> {
  const path = `${PATH}/${encodeURIComponent(id)}/password`;
  return ((await sendJson('POST', path)) as NewPassword).password;
}

'use client';

import type { Role } from '@recloser/core';
import { api, type CreatedPerson, type CreatePerson } from '@recloser/protocol';
import { call } from '@/lib/call';
import { useCall } from '@/lib/use-call';

export function usePeople() {
  return useCall(api.people.list, []);
}

/** The answer holds a password, this once. */
export function createPerson(person: CreatePerson): Promise<CreatedPerson> {
  return call(api.people.create, { body: person });
}

export async function setRole(id: string, role: Role): Promise<void> {
  await call(api.people.setRole, { params: { id }, body: { role } });
}

export async function removePerson(id: string, reason: string): Promise<void> {
  await call(api.people.remove, { params: { id }, body: { reason } });
}

/** The answer holds a password, this once; the person is signed out everywhere. */
export async function renewPassword(id: string): Promise<string> {
  return (await call(api.people.renewPassword, { params: { id } })).password;
}

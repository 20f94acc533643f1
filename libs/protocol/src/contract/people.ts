import { z } from 'zod';
import { roleSchema } from '../domain.js';
import { millisSchema } from '../state.js';
import { api } from './api.js';
import { nameSchema as name, reasonSchema } from './fields.js';
import { route } from './route.js';

export const createPersonSchema = z.strictObject({
  email: z.email().max(254),
  name,
  role: roleSchema,
  /** Without one, one is made and shown once. */
  password: z.string().min(10).max(128).optional(),
});

export const setRoleSchema = z.strictObject({ role: roleSchema });

export const removePersonSchema = z.strictObject({ reason: reasonSchema.optional() });

export const userSchema = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: roleSchema,
});

export const personSchema = userSchema.extend({ createdAt: millisSchema });

/** POST /v1/people: `password` is there only when it was made here; shown this once. */
export const createdPersonSchema = z.object({
  person: personSchema,
  password: z.string().optional(),
});

/** POST /v1/people/:id/password: shown this once. */
export const newPasswordSchema = z.object({ password: z.string() });

/** Who may sign in, and as what. */
export const peopleRoutes = {
  list: route(api.people.list, {
    access: 'admin',
    summary: 'List people',
    answer: z.array(personSchema),
  }),
  create: route(api.people.create, {
    access: 'admin',
    summary: 'Add a person; a password made here is shown this once',
    status: 201,
    body: createPersonSchema,
    answer: createdPersonSchema,
  }),
  setRole: route(api.people.setRole, {
    access: 'admin',
    summary: 'Give a person another role; the last admin stays one',
    body: setRoleSchema,
    answer: personSchema,
  }),
  renewPassword: route(api.people.renewPassword, {
    access: 'admin',
    summary: 'Give a person a new password, shown this once; it signs them out everywhere',
    answer: newPasswordSchema,
  }),
  remove: route(api.people.remove, {
    access: 'admin',
    summary: 'Remove a person, signed out everywhere; never the last admin, and never yourself',
    body: removePersonSchema,
    answer: personSchema,
  }),
};

export type CreatePerson = z.infer<typeof createPersonSchema>;
export type SetRole = z.infer<typeof setRoleSchema>;
export type RemovePerson = z.infer<typeof removePersonSchema>;
export type User = z.infer<typeof userSchema>;
export type Person = z.infer<typeof personSchema>;
export type CreatedPerson = z.infer<typeof createdPersonSchema>;
export type NewPassword = z.infer<typeof newPasswordSchema>;

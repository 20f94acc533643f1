import { z } from 'zod';
import { environmentKindSchema } from '../domain.js';
import { api } from './api.js';
import { nameSchema as name, seqSchema as seq, slugSchema as slug } from './fields.js';
import { userSchema } from './people.js';
import { route } from './route.js';
import { ownTokenSchema } from './tokens.js';

export const createProjectSchema = z.strictObject({ key: slug, name });

export const createEnvironmentSchema = z.strictObject({
  key: slug,
  name,
  kind: environmentKindSchema,
});

/** GET /v1/me. For a token, `user` is what the audit log names, without an e-mail address. */
export const meSchema = z.object({
  user: userSchema,
  /** Only for a token: where and until when it works. */
  token: ownTokenSchema.exactOptional(),
});

export const environmentSchema = z.object({
  id: z.string(),
  key: z.string(),
  name: z.string(),
  kind: environmentKindSchema,
  seq,
});

/** GET /v1/projects answers an array of these. */
export const projectSchema = z.object({
  key: z.string(),
  name: z.string(),
  environments: z.array(environmentSchema),
});

export const projectRoutes = {
  me: route(api.projects.me, {
    access: 'viewer',
    tokens: 'any',
    summary: 'Who you are',
    answer: meSchema,
  }),
  list: route(api.projects.list, {
    access: 'viewer',
    tokens: 'any',
    summary: 'All projects with their environments; for a limited token, those that it works in',
    answer: z.array(projectSchema),
  }),
  create: route(api.projects.create, {
    access: 'admin',
    summary: 'Create a project',
    status: 201,
    body: createProjectSchema,
    answer: createProjectSchema,
  }),
  createEnvironment: route(api.projects.createEnvironment, {
    access: 'admin',
    summary: 'Create an environment with all the project’s breakers',
    status: 201,
    body: createEnvironmentSchema,
    answer: environmentSchema,
  }),
};

export type CreateProject = z.infer<typeof createProjectSchema>;
export type CreateEnvironment = z.infer<typeof createEnvironmentSchema>;
export type Me = z.infer<typeof meSchema>;
export type EnvironmentInfo = z.infer<typeof environmentSchema>;
export type Project = z.infer<typeof projectSchema>;

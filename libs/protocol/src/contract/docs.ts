import { z } from 'zod';
import { api } from './api.js';
import { route } from './route.js';

interface ApiInfo {
  /** Of the API. */
  readonly version: string;
  /** Of the control plane. An older one does not say. */
  readonly 'x-recloser-version'?: string;
}

/** The part of the OpenAPI document that clients of ours read. */
const documentSchema: z.ZodType<{ readonly info: ApiInfo }> = z.looseObject({
  info: z.looseObject({
    version: z.string(),
    'x-recloser-version': z.string().exactOptional(),
  }),
});

const part = {
  access: 'viewer',
  tokens: 'any',
  summary: 'A part of the page at /docs',
} as const;

export const docsRoutes = {
  page: route(api.docs.page, {
    access: 'viewer',
    tokens: 'any',
    summary: 'The description of this API, to read and try',
    files: ['text/html'],
  }),
  document: route(api.docs.document, {
    access: 'viewer',
    tokens: 'any',
    summary: 'The description of this API as OpenAPI',
    answer: documentSchema,
  }),
  script: route(api.docs.script, { ...part, files: ['text/javascript'] }),
  asset: route(api.docs.asset, { ...part, files: ['text/css', 'text/javascript'] }),
};

import { z } from 'zod';
import { LIMITS } from '../limits.js';
import { millisSchema } from '../state.js';
import { api } from './api.js';
import { route } from './route.js';

const name = z.string().trim().min(1).max(LIMITS.viewNameLength);
/** What stands after the address of a fleet page: never more than a query, so that it leads nowhere else. */
const query = z
  .string()
  .max(LIMITS.viewQueryLength)
  .regex(/^(?:\?[^\s#]*)?$/, 'give the query of a fleet page, such as "?state=open", or ""');

/** POST E/views: keeps a view of the fleet; one of the same name is replaced. */
export const saveViewSchema = z.strictObject({ name, query });

/** POST E/views/remove. */
export const removeViewSchema = z.strictObject({ name });

export const savedViewSchema = z.object({
  name: z.string(),
  /** "?state=open", or "". */
  query: z.string(),
  savedAt: millisSchema,
});

/** GET E/views, and the answer to each change: the reader's own, the last saved first. */
export const savedViewListSchema = z.object({ items: z.array(savedViewSchema) });

/** The signed-in person's own views of the fleet: the same at every desk and on every phone. */
export const viewRoutes = {
  list: route(api.views.list, {
    access: 'viewer',
    tokens: 'none',
    summary: 'List your own views',
    answer: savedViewListSchema,
  }),
  save: route(api.views.save, {
    access: 'viewer',
    tokens: 'none',
    summary: 'Keep a view under a name; one of the same name is replaced',
    body: saveViewSchema,
    answer: savedViewListSchema,
  }),
  remove: route(api.views.remove, {
    access: 'viewer',
    tokens: 'none',
    summary: 'Remove one of your own views',
    body: removeViewSchema,
    answer: savedViewListSchema,
  }),
};

export type SaveView = z.infer<typeof saveViewSchema>;
export type RemoveView = z.infer<typeof removeViewSchema>;
export type SavedView = z.infer<typeof savedViewSchema>;
export type SavedViewList = z.infer<typeof savedViewListSchema>;

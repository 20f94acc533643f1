import type { AuditEntry } from '@recloser/protocol';
import { z } from 'zod';

/** What of a breaker's settings has versions of its own to go back to. */
export type Versioned = 'policy' | 'rules';

export interface Version<T> {
  /** The breaker's configuration version with which it was saved. */
  readonly revision: number;
  readonly value: T;
  /** The edit that made it; null: it stood there before the next one, whoever made it. */
  readonly entry: AuditEntry | null;
  /** What it replaced; null where that is not known. */
  readonly before: T | null;
}

interface Saved<T> {
  readonly revision: number;
  readonly value: T;
}

const settingsSchema = z.looseObject({ revision: z.number() });

/** What an edit's `before` or `after` has of it; null for an edit of something else, or of no known shape. */
function savedIn<T>(settings: unknown, member: Versioned, schema: z.ZodType<T>): Saved<T> | null {
  const known = settingsSchema.safeParse(settings);
  const value = schema.safeParse(known.data?.[member]);
  return known.success && value.success
    ? { revision: known.data.revision, value: value.data }
    : null;
}

/** Both have been through the same schema, so that members stand in the same order. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

const found = <T>({ revision, value }: Saved<T>): Version<T> => ({
  revision,
  value,
  entry: null,
  before: null,
});

/**
 * The versions that edits have left behind, newest first, as `entries` are. What an edit replaced and no edit had
 * made, such as the settings a breaker began with, is one, too. `complete`: there are no older edits.
 */
export function versionsOf<T>(
  entries: readonly AuditEntry[],
  member: Versioned,
  schema: z.ZodType<T>,
  complete: boolean,
): readonly Version<T>[] {
  const versions: Version<T>[] = [];
  let replaced: Saved<T> | null = null;
  for (const entry of entries) {
    const saved = savedIn(entry.after, member, schema);
    if (saved === null) continue;
    if (replaced !== null && !same(replaced.value, saved.value)) versions.push(found(replaced));
    replaced = savedIn(entry.before, member, schema);
    versions.push({ ...saved, entry, before: replaced?.value ?? null });
  }
  return complete && replaced !== null ? [...versions, found(replaced)] : versions;
}

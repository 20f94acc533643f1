import type { Place } from '@/lib/routes';

/** A view of the fleet under a name, kept in this browser. */
export interface SavedView {
  readonly name: string;
  /** "?state=open", or "". */
  readonly query: string;
}

const KEPT = 20;

export function viewsKey({ project, environment }: Place): string {
  return `recloser.views.${project}/${environment}`;
}

function isView(value: unknown): value is SavedView {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'query' in value &&
    typeof value.query === 'string'
  );
}

/** Whatever stands there: what is no view is left out. */
export function parseViews(text: string | null): readonly SavedView[] {
  if (text === null) return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter(isView).slice(0, KEPT) : [];
  } catch {
    return [];
  }
}

/** With `view` in front; one of the same name is replaced. */
export function withView(views: readonly SavedView[], view: SavedView): string {
  return JSON.stringify([view, ...withoutView(views, view.name)].slice(0, KEPT));
}

export function withoutView(views: readonly SavedView[], name: string): readonly SavedView[] {
  return views.filter((view) => view.name !== name);
}

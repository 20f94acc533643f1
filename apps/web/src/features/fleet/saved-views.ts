import type { SavedView } from '@recloser/protocol';
import type { EnvironmentRef } from '@/lib/routes';

/** A view of the fleet under a name: "?state=open", or "". */
export type View = Pick<SavedView, 'name' | 'query'>;

/** What the API takes. */
export const NAME_LENGTH = 60;

/** Where browsers kept views before there was a place for them on the server. */
export function localViewsKey({ project, environment }: EnvironmentRef): string {
  return `recloser.views.${project}/${environment}`;
}

function isView(value: unknown): value is View {
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
export function parseViews(text: string | null): readonly View[] {
  if (text === null) return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter(isView) : [];
  } catch {
    return [];
  }
}

/** With `view` in front; one of the same name is replaced. */
export function withView(views: readonly View[], view: View): readonly View[] {
  return [view, ...withoutView(views, view.name)];
}

export function withoutView(views: readonly View[], name: string): readonly View[] {
  return views.filter((view) => view.name !== name);
}

/** What the server keeps, then what this browser still does; one name is shown once. */
export function allViews(kept: readonly View[], local: readonly View[]): readonly View[] {
  const names = new Set(kept.map(({ name }) => name));
  return [...kept, ...local.filter(({ name }) => !names.has(name))];
}

/** `name`, or where it is taken "name (2)" and so on; never longer than the API takes. */
function freeName(name: string, taken: readonly View[]): string {
  const names = new Set(taken.map((view) => view.name));
  const plain = name.trim().slice(0, NAME_LENGTH) || 'View';
  if (!names.has(plain)) return plain;
  for (let number = 2; ; number += 1) {
    const end = ` (${number})`;
    const numbered = `${plain.slice(0, NAME_LENGTH - end.length)}${end}`;
    if (!names.has(numbered)) return numbered;
  }
}

/** How a view of this browser is kept on the server; null where it is there already. */
export function moved(view: View, kept: readonly View[]): View | null {
  const there = kept.some(({ name, query }) => name === view.name && query === view.query);
  return there ? null : { name: freeName(view.name, kept), query: view.query };
}

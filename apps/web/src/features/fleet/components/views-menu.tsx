'use client';

import { Bookmark, BookmarkPlus, Link2, type LucideIcon, RotateCw, Trash2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Menu, type MenuEntry } from '@/components/ui/menu';
import type { MenuItemEntry } from '@/components/ui/menu-entries';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { lazyPart } from '@/lib/lazy-part';
import { routes } from '@/lib/routes';
import { useSavedViews } from '../api/use-saved-views';
import { ATTENTION_QUERY } from '../fleet-view';
import type { View } from '../saved-views';

const SaveView = lazyPart(() => import('./save-view').then((module) => module.SaveView));
const ForgetProblem = lazyPart(() =>
  import('./forget-problem').then((module) => module.ForgetProblem),
);

const BUILT_IN: readonly View[] = [
  { name: 'Everything', query: '' },
  { name: 'Trouble only', query: ATTENTION_QUERY },
  { name: 'Held by a person', query: '?state=held' },
  { name: 'By owner', query: '?group=owner' },
  { name: 'By service', query: '?group=service' },
];

interface MenuParts {
  readonly views: readonly View[];
  readonly here: string;
  /** Reads them again, where that has failed. */
  readonly retry: (() => void) | null;
  readonly open: (query: string) => void;
  readonly save: () => void;
  readonly forget: (name: string) => void;
}

function item(label: string, icon: LucideIcon, call: () => void): MenuItemEntry {
  return { kind: 'item', label, icon, action: { kind: 'call', call } };
}

const LINE = { kind: 'separator' } as const;

function ownEntries({ views, here, retry, open }: MenuParts): readonly MenuEntry[] {
  const own = views.map((view) => viewEntry(view, here, open));
  if (retry !== null) {
    const again = item('Read them again', RotateCw, retry);
    return [LINE, { kind: 'label', label: 'Your views could not be read.' }, again, ...own];
  }
  return own.length === 0 ? [] : [LINE, ...own];
}

function viewEntry({ name, query }: View, here: string, open: MenuParts['open']): MenuEntry {
  const entry = item(name, Bookmark, () => {
    open(query);
  });
  return query === here
    ? { ...entry, aside: <span className="text-xs text-fg-3">shown</span> }
    : entry;
}

function entriesOf(parts: MenuParts): readonly MenuEntry[] {
  const { views, here, open, save, forget } = parts;
  const kept = views.find(({ query }) => query === here);
  return [
    ...BUILT_IN.map((view) => viewEntry(view, here, open)),
    ...ownEntries(parts),
    LINE,
    item('Save this view…', BookmarkPlus, save),
    item('Copy its address', Link2, () => {
      void navigator.clipboard.writeText(location.href).catch(() => undefined);
    }),
    ...(kept === undefined
      ? []
      : [
          item(`Forget “${kept.name}”`, Trash2, () => {
            forget(kept.name);
          }),
        ]),
  ];
}

interface Unforgotten {
  readonly name: string;
  readonly error: unknown;
}

/** Views of the fleet under a name; each is an address. `here` is the query of the one that is shown. */
export function ViewsMenu({ here }: { readonly here: string }) {
  const place = useEnvironmentRef();
  const router = useRouter();
  const { views, error, retry, save, forget } = useSavedViews();
  const [saving, setSaving] = useState(false);
  const [unforgotten, setUnforgotten] = useState<Unforgotten | null>(null);
  const tryToForget = (name: string) => {
    setUnforgotten(null);
    forget(name).catch((thrown: unknown) => {
      setUnforgotten({ name, error: thrown });
    });
  };
  return (
    <>
      <Menu
        entries={entriesOf({
          views,
          here,
          retry: error === undefined ? null : retry,
          open: (query) => {
            router.push(`${routes.fleet(place)}${query}`);
          },
          save: () => {
            setSaving(true);
          },
          forget: tryToForget,
        })}
        trigger={
          <Button>
            <Bookmark size={14} aria-hidden /> Views
          </Button>
        }
      />
      {saving ? (
        <SaveView
          onSave={(name) => save({ name, query: here })}
          onClose={() => {
            setSaving(false);
          }}
        />
      ) : null}
      {unforgotten === null ? null : (
        <ForgetProblem
          {...unforgotten}
          onRetry={() => {
            tryToForget(unforgotten.name);
          }}
          onClose={() => {
            setUnforgotten(null);
          }}
        />
      )}
    </>
  );
}

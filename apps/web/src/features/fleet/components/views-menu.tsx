'use client';

import { Bookmark, BookmarkPlus, Link2, Trash2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Menu, type MenuEntry } from '@/components/ui/menu';
import { usePlace } from '@/features/live/live-provider';
import { lazyPart } from '@/lib/lazy-part';
import { routes } from '@/lib/routes';
import { useStored } from '@/lib/stored';
import { ATTENTION_QUERY } from '../fleet-view';
import { parseViews, type SavedView, viewsKey, withoutView, withView } from '../saved-views';

const SaveView = lazyPart(() => import('./save-view').then((module) => module.SaveView));

const BUILT_IN: readonly SavedView[] = [
  { name: 'Everything', query: '' },
  { name: 'Trouble only', query: ATTENTION_QUERY },
  { name: 'Held by a person', query: '?state=held' },
  { name: 'By owner', query: '?group=owner' },
  { name: 'By service', query: '?group=service' },
];

interface MenuParts {
  readonly views: readonly SavedView[];
  readonly here: string;
  readonly open: (query: string) => void;
  readonly save: () => void;
  readonly remove: (name: string) => void;
}

function entriesOf({ views, here, open, save, remove }: MenuParts): readonly MenuEntry[] {
  const entry = ({ name, query }: SavedView): MenuEntry => ({
    kind: 'item',
    label: name,
    icon: Bookmark,
    action: {
      kind: 'call',
      call: () => {
        open(query);
      },
    },
    ...(query === here ? { aside: <span className="text-xs text-fg-3">shown</span> } : {}),
  });
  const kept = views.find(({ query }) => query === here);
  return [
    ...BUILT_IN.map(entry),
    ...(views.length === 0 ? [] : [{ kind: 'separator' } as const, ...views.map(entry)]),
    { kind: 'separator' },
    {
      kind: 'item',
      label: 'Save this view…',
      icon: BookmarkPlus,
      action: { kind: 'call', call: save },
    },
    {
      kind: 'item',
      label: 'Copy its address',
      icon: Link2,
      action: {
        kind: 'call',
        call: () => void navigator.clipboard.writeText(location.href).catch(() => undefined),
      },
    },
    ...(kept === undefined
      ? []
      : [
          {
            kind: 'item',
            label: `Forget “${kept.name}”`,
            icon: Trash2,
            action: {
              kind: 'call',
              call: () => {
                remove(kept.name);
              },
            },
          } as const,
        ]),
  ];
}

/** Views of the fleet under a name; each is an address. `here` is the query of the one that is shown. */
export function ViewsMenu({ here }: { readonly here: string }) {
  const place = usePlace();
  const router = useRouter();
  const [views, write] = useStored(viewsKey(place), parseViews);
  const [saving, setSaving] = useState(false);
  const close = () => {
    setSaving(false);
  };
  return (
    <>
      <Menu
        entries={entriesOf({
          views,
          here,
          open: (query) => {
            router.push(`${routes.fleet(place)}${query}`);
          },
          save: () => {
            setSaving(true);
          },
          remove: (name) => {
            write(JSON.stringify(withoutView(views, name)));
          },
        })}
        trigger={
          <Button>
            <Bookmark size={14} aria-hidden /> Views
          </Button>
        }
      />
      {saving ? (
        <SaveView
          onClose={close}
          onSave={(name) => {
            write(withView(views, { name, query: here }));
            close();
          }}
        />
      ) : null}
    </>
  );
}

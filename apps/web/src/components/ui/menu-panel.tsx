'use client';

import Link from 'next/link';
import { DropdownMenu as Primitive } from 'radix-ui';
import { Fragment } from 'react';
import { cn } from '@/lib/cn';
import type { MenuEntry, MenuItemEntry, MenuProps } from './menu-entries';

const ITEM =
  'flex cursor-pointer items-center gap-2 rounded-md px-2 text-sm text-fg outline-none select-none data-disabled:cursor-not-allowed data-disabled:opacity-45 data-highlighted:bg-hover';

function Words({ entry }: { readonly entry: MenuItemEntry }) {
  const Icon = entry.icon;
  return (
    <>
      {Icon === undefined ? null : <Icon size={14} className="shrink-0" aria-hidden />}
      <span className="min-w-0 flex-1">
        <span className="block truncate leading-4">{entry.label}</span>
        {entry.note === undefined ? null : (
          <span className="block truncate text-xs leading-4 text-fg-3">{entry.note}</span>
        )}
      </span>
      {entry.aside}
    </>
  );
}

function Item({ entry }: { readonly entry: MenuItemEntry }) {
  const className = cn(ITEM, entry.note === undefined ? 'h-8' : 'h-11');
  const { action } = entry;
  if (action.kind === 'call') {
    return (
      <Primitive.Item
        className={className}
        disabled={entry.disabled === true}
        onSelect={action.call}
      >
        <Words entry={entry} />
      </Primitive.Item>
    );
  }
  return (
    <Primitive.Item asChild className={className}>
      {action.kind === 'page' ? (
        <Link href={action.href}>
          <Words entry={entry} />
        </Link>
      ) : (
        <a
          href={action.href}
          {...(action.kind === 'download'
            ? { download: '' }
            : { target: '_blank', rel: 'noreferrer' })}
        >
          <Words entry={entry} />
        </a>
      )}
    </Primitive.Item>
  );
}

function Entry({ entry }: { readonly entry: MenuEntry }) {
  switch (entry.kind) {
    case 'label':
      return (
        <Primitive.Label className="truncate px-2 py-1.5 text-xs text-fg-3">
          {entry.label}
        </Primitive.Label>
      );
    case 'separator':
      return <Primitive.Separator className="-mx-1 my-1 h-px bg-line" />;
    case 'item':
      return <Item entry={entry} />;
  }
}

/**
 * The menu itself; its code comes with the first opening, which is why it begins open. Not modal: a modal one hides what
 * lies behind it from screen readers, where it can still be focused.
 */
export function MenuPanel({ trigger, entries, align = 'end', side = 'bottom' }: MenuProps) {
  return (
    <Primitive.Root defaultOpen modal={false}>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          align={align}
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="animate-rise scroll-thin z-50 max-h-(--radix-dropdown-menu-content-available-height) w-60 overflow-y-auto rounded-lg bg-raised p-1 shadow-pop outline-none"
        >
          {entries.map((entry, index) => (
            <Fragment key={index}>
              <Entry entry={entry} />
            </Fragment>
          ))}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

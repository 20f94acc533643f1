'use client';

import type { SegmentInfo } from '@recloser/protocol';
import { Command } from 'cmdk';
import { Check, ChevronDown, TriangleAlert, X } from 'lucide-react';
import Link from 'next/link';
import { Popover } from 'radix-ui';
import { Button } from '@/components/ui/button';
import { useEnvironmentRef } from '@/features/live/live-provider';
import { routes } from '@/lib/routes';
import { useSegments } from '../api/segments';

interface SegmentPickerProps {
  /** Keys of those that are chosen. */
  readonly value: readonly string[];
  readonly disabled: boolean;
  readonly onChange: (value: readonly string[]) => void;
}

interface ChosenProps {
  readonly segmentKey: string;
  /** null: there is none with this key; undefined: not known yet. */
  readonly segment: SegmentInfo | null | undefined;
  /** null: this person may not. */
  readonly onRemove: (() => void) | null;
}

/** One that is chosen. Its link opens beside the editor, so that nothing typed is left behind. */
function Chosen({ segmentKey, segment, onRemove }: ChosenProps) {
  const place = useEnvironmentRef();
  return (
    <li className="flex h-8 max-w-full items-center gap-1 rounded-md border border-line-strong px-2 text-xs has-[button]:pr-0">
      {segment === null ? (
        <span className="flex min-w-0 items-center gap-1 text-open">
          <TriangleAlert size={12} className="shrink-0" aria-hidden />
          <bdi className="truncate font-mono">{segmentKey}</bdi> is not there
        </span>
      ) : (
        <Link
          href={routes.segment(place, segmentKey)}
          target="_blank"
          prefetch={false}
          title={segment?.name}
          className="min-w-0 truncate rounded-sm font-mono underline decoration-line-strong underline-offset-2 hover:decoration-fg-2"
        >
          {segmentKey}
        </Link>
      )}
      {onRemove === null ? null : (
        <Button
          variant="ghost"
          size="icon-sm"
          aria-label={`Leave out ${segmentKey}`}
          onClick={onRemove}
        >
          <X size={12} aria-hidden />
        </Button>
      )}
    </li>
  );
}

interface ListProps {
  readonly segments: readonly SegmentInfo[];
  readonly chosen: readonly string[];
  readonly onToggle: (key: string) => void;
}

function List({ segments, chosen, onToggle }: ListProps) {
  const place = useEnvironmentRef();
  return (
    <Command label="Segments" className="flex flex-col">
      <Command.Input
        autoFocus
        placeholder="Find a segment…"
        className="h-9 border-b border-line bg-transparent px-3 text-sm outline-none placeholder:text-fg-3"
      />
      <Command.List className="scroll-thin max-h-64 overflow-y-auto p-1">
        <Command.Empty className="px-2 py-3 text-sm text-fg-2">
          No segment by this name.
        </Command.Empty>
        {segments.map(({ key, name }) => (
          <Command.Item
            key={key}
            value={`${key} ${name}`}
            onSelect={() => {
              onToggle(key);
            }}
            className="flex cursor-pointer items-center gap-2 rounded-md px-2 py-1.5 text-sm data-[selected=true]:bg-hover"
          >
            <span className="min-w-0 flex-1">
              <bdi className="block truncate">{name}</bdi>
              <span className="block truncate font-mono text-xs text-fg-3">{key}</span>
            </span>
            {chosen.includes(key) ? <Check size={14} aria-label="chosen" /> : null}
          </Command.Item>
        ))}
      </Command.List>
      <Link
        href={routes.segments(place)}
        target="_blank"
        prefetch={false}
        className="border-t border-line px-3 py-2 text-xs text-fg-2 hover:text-fg"
      >
        All segments, and new ones
      </Link>
    </Command>
  );
}

/** Segments chosen from those of the environment. */
export function SegmentPicker({ value, disabled, onChange }: SegmentPickerProps) {
  const { data: segments } = useSegments();
  const without = (key: string) => value.filter((one) => one !== key);
  return (
    <div role="group" aria-label="Segments" className="flex min-w-40 flex-1 flex-wrap gap-1.5">
      {value.length === 0 ? null : (
        <ul className="contents">
          {value.map((key) => (
            <Chosen
              key={key}
              segmentKey={key}
              segment={
                segments === undefined
                  ? undefined
                  : (segments.find((one) => one.key === key) ?? null)
              }
              onRemove={disabled ? null : () => onChange(without(key))}
            />
          ))}
        </ul>
      )}
      <Popover.Root>
        <Popover.Trigger asChild>
          <Button disabled={disabled || segments === undefined}>
            Choose segments <ChevronDown size={12} aria-hidden />
          </Button>
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content
            align="start"
            sideOffset={6}
            collisionPadding={8}
            aria-label="Choose segments"
            className="animate-rise z-50 w-72 overflow-hidden rounded-lg bg-raised shadow-pop outline-none"
          >
            <List
              segments={segments ?? []}
              chosen={value}
              onToggle={(key) => {
                onChange(value.includes(key) ? without(key) : [...value, key]);
              }}
            />
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
    </div>
  );
}
